/** A classification for a terminal. */
import type { ImageClassification, LabelProbability, Patch, TextClassification } from '../../protocol/classification.ts';
import { wordOfTokens } from '../../protocol/words.ts';
import { displayWidth, fit, pad } from './display-width.ts';
import { printable, printableWord } from './printable.ts';
import { percent } from './sentence-maps.ts';
import { type Level, levelOf, levels, styleFor, type Style } from './terminal-style.ts';
import type { TerminalOptions } from './terminal.ts';

/** Labels that are shown; the rest are summed up. */
const mostLabels = 10;
const widestLabel = 30;
const widestBar = 40;
const smallestTerminal = 40;

/**
 * The labels with their probabilities as bars; then the text, each word shaded by the attention that it got, or a coarse
 * picture of the image's patches. Shades are relative: the strongest is that of what got most.
 */
export function renderClassification(classification: TextClassification | ImageClassification, options: TerminalOptions): string {
  const style = styleFor(options.colour);
  const columns = Math.max(smallestTerminal, options.columns);
  const picture = 'source' in classification ? renderWords(classification, options.colour, style) : renderPatches(classification, columns, options.colour, style);
  return [...renderLabels(classification.labels, columns, style), '', ...picture].join('\n');
}

function renderLabels(labels: readonly LabelProbability[], columns: number, style: Style): string[] {
  const shown = labels.slice(0, mostLabels);
  const names = shown.map(({ label }) => fit(printableWord(label), widestLabel));
  const width = Math.max(...names.map(displayWidth));
  const room = Math.min(widestBar, columns - width - ' 100.0 %  '.length);
  const lines = shown.map(({ probability }, index) => {
    const name = pad(names[index] ?? '', width, 'left');
    const line = `${name} ${(100 * probability).toFixed(1).padStart(5)} %  ${'█'.repeat(Math.round(probability * room))}`.trimEnd();
    return index === 0 ? style.bold(line) : line;
  });
  const rest = labels.slice(mostLabels);
  if (rest.length === 0) return lines;
  const sum = rest.reduce((total, { probability }) => total + probability, 0);
  return [...lines, style.dim(`and ${rest.length} more with ${(100 * sum).toFixed(1)} % together`)];
}

function renderWords({ source, attention }: TextClassification, colour: boolean, style: Style): string[] {
  const words = wordOfTokens(source.tokens, source.words);
  const received = source.words.map(() => 0);
  attention.forEach((weight, token) => {
    const word = words[token] ?? -1;
    if (word >= 0) received[word] = (received[word] ?? 0) + weight;
  });
  const most = Math.max(0, ...received);
  let text = '';
  let from = 0;
  source.words.forEach(({ start, end }, index) => {
    text += printable(source.text.slice(from, start));
    const level = levelWithin(received[index] ?? 0, most);
    const word = printable(source.text.slice(start, end));
    text += level === 0 ? word : colour ? style.shade(word, level) : `${blockOf(level)}${word}`;
    from = end;
  });
  text += printable(source.text.slice(from));
  return [text, '', style.dim(legend('the word', most, colour))];
}

function renderPatches({ patches, attention }: ImageClassification, columns: number, colour: boolean, style: Style): string[] {
  const most = Math.max(0, ...attention);
  const rows = new Map<number, { readonly patch: Patch; readonly weight: number }[]>();
  patches.forEach((patch, index) => rows.set(patch.y, [...(rows.get(patch.y) ?? []), { patch, weight: attention[index] ?? 0 }]));
  const lines = [...rows].sort(([one], [other]) => one - other).map(([, row]) =>
    row
      .toSorted((one, other) => one.patch.x - other.patch.x)
      .slice(0, Math.floor(columns / 2))
      .map(({ weight }) => {
        const level = levelWithin(weight, most);
        return colour && level > 0 ? style.shade('  ', level) : `${blockOf(level)}${level === 0 ? ' ' : blockOf(level)}`;
      })
      .join('')
      .trimEnd(),
  );
  return [...lines, '', style.dim(legend('the patch', most, colour))];
}

const levelWithin = (weight: number, most: number): Level => (most === 0 ? 0 : levelOf(percent(weight / most)));
const blockOf = (level: Level): string => levels[level]?.block ?? ' ';

function legend(what: string, most: number, colour: boolean): string {
  const scale = colour ? '' : `: in percent of it ${levels.slice(1).map(each => each.legend).join('  ')}`;
  return `shaded by attention; ${what} that got most has ${(100 * most).toFixed(1)} %${scale}`;
}
