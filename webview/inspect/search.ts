/** Finding a token along the sides of a map. */
import type { PointedTokens } from '../../protocol/inspect-page.ts';
import type { Axis, InspectedLayer } from '../../protocol/inspection.ts';

/** Of a word. */
const endsInLetter = /[\p{L}\p{M}\p{N}]$/u;
const beginsWithLetter = /^[\p{L}\p{M}\p{N}]/u;

/** Where it stands, rows first; of a text over itself as rows only. */
export function findTokens(text: string, { queries, keys }: Pick<InspectedLayer, 'queries' | 'keys'>, axes: readonly Axis[]): readonly PointedTokens[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') return [];
  const sides = queries === keys ? [{ axis: queries, as: 'query' }] as const : [{ axis: queries, as: 'query' }, { axis: keys, as: 'key' }] as const;
  return sides.flatMap(({ axis, as }) => found(wanted, axes[axis]).map((tokens): PointedTokens => ({ axis, tokens, as })));
}

/** A word, where the text has it as one; else tokens that are called so, and words of several tokens that have it in them. */
function found(wanted: string, axis: Axis | undefined): readonly { readonly first: number; readonly end: number }[] {
  if (axis === undefined) return [];
  const { text, tokens } = axis;
  const said = text.toLocaleLowerCase();
  // Letters that have another number of them in lower case would shift what follows.
  const all = said.length === text.length ? spansOf(wanted, said) : [];
  const whole = all.filter(({ start, end }) => !endsInLetter.test(said.slice(Math.max(0, start - 2), start)) && !beginsWithLetter.test(said.slice(end, end + 2)));
  const spans = whole.length > 0 ? whole : all;
  const stretches = spans.flatMap(({ start, end }) => {
    const touched = tokens.flatMap((token, index) => (token.start < end && token.end > start ? [index] : []));
    const [first] = touched;
    return first === undefined ? [] : [{ first, end: (touched.at(-1) ?? first) + 1 }];
  }).filter(({ first }, index, before) => first !== before[index - 1]?.first);
  const named = whole.length > 0 ? [] : tokens.flatMap((token, index) => (token.text.toLocaleLowerCase().includes(wanted) && !stretches.some(({ first, end }) => index >= first && index < end) ? [{ first: index, end: index + 1 }] : []));
  return [...stretches, ...named].sort((one, other) => one.first - other.first);
}

function spansOf(wanted: string, text: string): readonly { readonly start: number; readonly end: number }[] {
  const spans: { start: number; end: number }[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) spans.push({ start: at, end: at + wanted.length });
  return spans;
}
