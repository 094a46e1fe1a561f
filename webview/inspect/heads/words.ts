/** Lines in words: how many are hidden, and what a token attends to. */
import type { Axis, LinesResult, MapLabelRange } from '../../../protocol/inspection.ts';
import type { LineSet, LineShade, Side } from './lines.ts';

/** "258,048 of 262,144 lines hidden: together 3.1 % of the weight"; nothing drawn is told, too. */
export function hiddenText({ lines, mass }: LinesResult['hidden'], shown: LineSet): string {
  const count = shown.weights.length;
  if (lines === 0) return count === 0 ? 'No lines' : `${number(count)} ${count === 1 ? 'line' : 'lines'}: all there are`;
  const drawn = shown.weights.reduce((sum, weight) => sum + weight, 0);
  return `${number(lines)} of ${number(lines + count)} lines hidden: together ${share(mass / (mass + drawn))} of the weight`;
}

/** What a line's opacity says. */
export function shadeText(shade: LineShade, heads: number): string {
  switch (shade) {
    case 'shared': return heads === 1 ? 'opacity: weight' : `opacity: weight ÷ ${heads} heads`;
    case 'whole': return 'opacity: weight';
    case 'root': return 'opacity: square root of the weight';
  }
}

/** A part of the whole, to two digits; what is not quite nothing is not told as nothing. */
function share(part: number): string {
  const percentage = 100 * part;
  if (!(percentage >= 0.1)) return percentage > 0 ? '<0.1 %' : '0 %';
  return `${Number(percentage.toPrecision(2))} %`;
}

/** With commas. `toLocaleString` takes longer in its first call than drawing the lines does. */
export function number(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A token that is looked at, or looks, and how much. */
export interface Partner {
  readonly text: string;
  readonly head: number;
  readonly weight: number;
}

export interface SideDescription {
  readonly heading: string;
  /** Pieces of the vocabulary that it is read as, where they look otherwise. */
  readonly pieces: string;
  /** The strongest, the first first. */
  readonly partners: readonly Partner[];
}

const mostPartners = 5;
const least = 0.01;

/**
 * @param lines those of the side, the weakest first
 * @param labels of its own side, and of the other
 */
export function describeSide(
  lines: LineSet, side: Side, { own, other, axis }: { readonly own: readonly MapLabelRange[]; readonly other: readonly MapLabelRange[]; readonly axis: Axis },
): SideDescription | undefined {
  const labels = own.slice(side.range.first, side.range.end);
  const [first, last] = [labels[0], labels.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const text = labels.map(label => label.text).join('');
  const partners = partnersOf(lines, side, other, mostPartners);
  const pieces = axis.tokens.slice(first.first, last.end).map(token => token.text).join(' ');
  return { heading: side.axis === 'query' ? `${text} attends to` : `${text} is attended to by`, pieces: pieces === text ? '' : pieces, partners };
}

/**
 * The strongest of those on the other side, the first first.
 *
 * @param head only its own
 */
export function partnersOf(lines: LineSet, { axis }: Pick<Side, 'axis'>, other: readonly MapLabelRange[], most: number, head?: number): readonly Partner[] {
  const ends = axis === 'query' ? lines.keys : lines.queries;
  const partners: Partner[] = [];
  for (let line = lines.weights.length - 1; line >= 0 && partners.length < most; line--) {
    const [weight, of] = [lines.weights[line] ?? 0, lines.heads[line] ?? 0];
    if (weight < least) break;
    if (head === undefined || head === of) partners.push({ text: other[ends[line] ?? 0]?.text ?? '', head: of, weight });
  }
  return partners;
}

/** "chat attends to: cat 0.87 (head 3), black 0.10 (head 1)". */
export function sideSentence({ heading, partners }: SideDescription): string {
  const told = partners.map(({ text, head, weight }) => `${text} ${weight.toFixed(2)} (head ${head + 1})`).join(', ');
  return `${heading}: ${told === '' ? 'nothing in particular' : told}`;
}
