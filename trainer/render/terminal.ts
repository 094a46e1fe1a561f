import type { Trace } from '../../protocol/trace.ts';
import { displayWidth, fit, graphemesOf, pad } from './display-width.ts';
import { noAttention, percent, sentenceMaps, type SentenceMap } from './sentence-maps.ts';
import { levelOf, levels, styleFor, type Style } from './terminal-style.ts';
import { printable, printableWord } from './printable.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** The terminal's width. Under 40, the matrix is laid out for 40. */
  readonly columns: number;
}

const tallestHeading = 12;
const uprightCell = 3;
const narrowestCell = 4;
const smallestTerminal = 40;

/** Where a map's parts stand: the words' columns in blocks that each fit the terminal's width. */
interface Layout {
  readonly label: number;
  readonly blocks: readonly (readonly Column[])[];
  /** Headings read down, one character a line, where they do not all fit across. */
  readonly upright: boolean;
}

interface Column {
  readonly word: string;
  readonly index: number;
  readonly width: number;
}

/**
 * The translation, then for each sentence its attention matrix: a row for each target word, shaded under the source
 * words it attended to, and after it the word it is linked to. Without colour the shades are block characters. A
 * matrix too wide for the terminal comes in blocks, each without the rows that have nothing to show in it.
 */
export function renderTerminal(trace: Trace, options: TerminalOptions): string {
  const style = styleFor(options.colour);
  const columns = Math.max(smallestTerminal, options.columns);
  const translation = printable(trace.target.text).split('\n').map(line => (line === '' ? '' : style.bold(line)));
  const maps = sentenceMaps(trace).map(map => renderMap(map, columns, options.colour, style));
  if (trace.map === undefined) return [...translation, '', style.dim(noAttention)].join('\n');
  if (maps.length === 0) return translation.join('\n');
  const legend = wrap([...scaleItems(options.colour), '← linked word'], columns).map(style.dim);
  return [translation.join('\n'), ...maps, legend.join('\n')].join('\n\n');
}

/** A matrix, in blocks that each fit `columns`. */
export function renderMap(map: SentenceMap, columns: number, colour: boolean, style: Style): string {
  const layout = layOut(map, columns);
  const blocks = layout.blocks.map(block => {
    const headings = layout.upright ? uprightHeadings(block) : [headingLine(block)];
    const margin = ' '.repeat(layout.label + 2);
    const rows = map.target.flatMap((word, row) => {
      if (layout.blocks.length > 1 && !showsIn(block, map, row)) return [];
      const label = pad(fit(printableWord(word.text), layout.label), layout.label, 'right');
      const cells = block.map(column => renderCell(map.weights[row]?.[column.index] ?? 0, column.width, layout, colour, style));
      return `${keepOrder(label)}  ${cells.join(layout.upright ? '' : ' ')}${renderLink(map, row, block, style)}`;
    });
    return [...headings.map(line => `${margin}${line}`), ...rows].map(line => line.trimEnd()).join('\n');
  });
  return blocks.join('\n\n');
}

/** Whether a row has a shaded cell or its link among these columns; one that has neither anywhere shows everywhere. */
function showsIn(block: readonly Column[], map: SentenceMap, row: number): boolean {
  const shaded = (weights: readonly number[]): boolean => weights.some(weight => levelOf(percent(weight)) > 0);
  const whole = map.weights[row] ?? [];
  return !shaded(whole) || shaded(block.map(({ index }) => whole[index] ?? 0));
}

function layOut(map: SentenceMap, columns: number): Layout {
  const longest = Math.min(16, Math.floor(columns / 4));
  const label = Math.min(longest, Math.max(...map.target.map(({ text }) => displayWidth(printableWord(text)))));
  const words = map.source.map(({ text }, index) => ({ word: fit(printableWord(text), longest), index }));
  const link = '  ← '.length + Math.max(...words.map(({ word }) => displayWidth(word))) + ' 100%'.length;
  const room = columns - label - 2 - link;
  const across = words.map(({ word, index }) => ({ word, index, width: Math.max(narrowestCell, displayWidth(word)) }));
  if (across.reduce((sum, { width }) => sum + width + 1, -1) <= room) return { label, blocks: [across], upright: false };
  const perBlock = Math.max(1, Math.floor(room / uprightCell));
  const blockCount = Math.ceil(words.length / perBlock);
  const size = Math.ceil(words.length / blockCount);
  const upright = words.map(({ word, index }) => ({ word, index, width: uprightCell }));
  const blocks = Array.from({ length: blockCount }, (_, block) => upright.slice(block * size, (block + 1) * size));
  return { label, blocks: blocks.filter(block => block.length > 0), upright: true };
}

function headingLine(block: readonly Column[]): string {
  return block.map(({ word, width }) => keepOrder(pad(word, width, 'centre'))).join(' ');
}

/** Words that read down, standing on the matrix. */
function uprightHeadings(block: readonly Column[]): string[] {
  const words = block.map(({ word }) => {
    const graphemes = graphemesOf(word);
    return graphemes.length <= tallestHeading ? graphemes : [...graphemes.slice(0, tallestHeading - 1), '⋮'];
  });
  const height = Math.max(...words.map(graphemes => graphemes.length));
  return Array.from({ length: height }, (_, line) =>
    words.map(graphemes => {
      const grapheme = graphemes[line - height + graphemes.length] ?? '';
      return keepOrder(` ${pad(grapheme, uprightCell - 1, 'left')}`);
    }).join(''),
  );
}

function renderCell(weight: number, width: number, layout: Layout, colour: boolean, style: Style): string {
  const percentage = percent(weight);
  const level = levelOf(percentage);
  if (colour) return style.shade(pad(percentage === 0 ? '·' : String(percentage), width, layout.upright ? 'right' : 'centre'), level);
  const block = levels[level]?.block ?? ' ';
  if (level === 0) return pad(block, width, 'centre');
  return layout.upright ? ` ${block.repeat(width - 1)}` : block.repeat(width);
}

/** Beside the block that holds it: the source word that this row's word is linked to, and how much it got. */
function renderLink(map: SentenceMap, row: number, block: readonly Column[], style: Style): string {
  const linked = block.find(({ index }) => index === map.links[row]);
  if (linked === undefined) return '';
  return style.dim(`  ← ${keepOrder(linked.word)} ${percent(map.weights[row]?.[linked.index] ?? 0)}%`);
}

/** Keeps a terminal that orders right-to-left words by itself from moving them into each other's columns. */
function keepOrder(text: string): string {
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u.test(text) ? `\u200e${text}\u200e` : text;
}

/** What the shades of a matrix stand for. */
export function scaleItems(colour: boolean): string[] {
  return colour ? ['percent of each word’s attention'] : ['in percent:', ...levels.map(({ legend }) => legend)];
}

function wrap(items: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const longer = `${lines.at(-1) ?? ''}  ${item}`;
    if (lines.length > 0 && displayWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}
