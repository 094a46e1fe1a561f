/** A layer as a drawing of lines: its rows on the left, its columns on the right, a colour a head. */
import { colourOf, palette } from '../../../protocol/head-colours.ts';
import { fit } from '../display-width.ts';
import { printableWord } from '../printable.ts';
import { colours, label, type Label, type Line, type Scene, type Shape, type Strokes } from '../scene/scene.ts';
import { textWidth } from '../text-width.ts';
import { nameOfLayer, shortNumber } from './describe.ts';
import { footOf, type Legend, margin } from './foot.ts';
import { nameOf } from './in-words.ts';
import type { ReadLines, ReadSide } from './read-out.ts';
import { columnTitles } from './sides.ts';

const longestSide = 900;
const largestPitch = 14;
const fontSize = 9;
const labelPitch = 10;
const longestLabel = 24;
const between = 180;
/** As wide as what stands above it. */
const leastLabel = 28;
/** Of the line above that says what looks and what is looked at. */
const titleHeight = 14;
const shades = 127;

export interface LinesScene {
  readonly scene: Scene;
  /** Lines too faint for the finest shade. */
  readonly faint: number;
}

export function linesScene(read: ReadLines): LinesScene {
  const [rows, columns] = [labelsOf(read.rows), labelsOf(read.columns)];
  const pitch = Math.min(largestPitch, longestSide / Math.max(1, rows.length, columns.length));
  const every = Math.ceil(labelPitch / pitch);
  const left = margin + Math.max(leastLabel, widest(rows)) + 5;
  const right = left + between;
  const height = pitch * Math.max(rows.length, columns.length);
  const top = margin + titleHeight;
  const at = (index: number): number => top + (index + 0.5) * pitch;
  const labels = (texts: readonly string[], x: number, anchor: Label['anchor']): Label[] =>
    texts.flatMap((text, index) => (index % every === 0 ? [label(text, x, at(index) + fontSize / 3, { anchor })] : []));
  const { strokes, faint } = strokesOf(read, (query, key) => ({ from: [left, at(query)], to: [right, at(key)] }));
  const name = nameOfLayer(read.model, read);
  const notes = ['opacity is the weight', ...(read.hidden.lines + faint > 0 ? [`${(read.hidden.lines + faint).toLocaleString('en')} weaker lines are not drawn`] : [])];
  const foot = footOf({ name, reading: read.reading, width: right + 5 + Math.max(leastLabel, widest(columns)) + margin, top: top + height + 10, legend: (x, y) => headLegend(read.shown, x, y), notes });
  return {
    faint,
    scene: {
      width: Math.ceil(foot.width),
      height: Math.ceil(top + height + 10 + foot.height),
      title: name,
      description: inWords(read),
      shapes: [...strokes, ...columnTitles(read.kind, left - 5, right + 5, margin + 6), ...labels(rows, left - 5, 'end'), ...labels(columns, right + 5, 'start'), ...foot.shapes],
    },
  };
}

const labelsOf = ({ labels }: ReadSide): string[] => labels.map(({ text }) => fit(printableWord(text), longestLabel));
const widest = (texts: readonly string[]): number => Math.ceil(texts.reduce((most, text) => Math.max(most, textWidth(text, fontSize)), 0));

/** Lines of one colour and shade as one, the faintest behind all others. A line's opacity is its weight, however many heads there are: what is shared among many is lost on paper. */
function strokesOf({ queries, keys, heads, weights }: ReadLines, place: (query: number, key: number) => Line): { readonly strokes: Strokes[]; readonly faint: number } {
  const full = Math.max(1, weights.at(-1) ?? 0);
  const groups = new Map<number, Line[]>();
  let faint = 0;
  weights.forEach((weight, index) => {
    const shade = Math.round((shades * weight) / full);
    if (shade === 0) return void faint++;
    const group = shade * palette.length + colourOf(heads[index] ?? 0);
    const lines = groups.get(group) ?? [];
    lines.push(place(queries[index] ?? 0, keys[index] ?? 0));
    groups.set(group, lines);
  });
  const strokes = [...groups].sort(([one], [other]) => one - other).map(([group, lines]): Strokes => ({
    kind: 'strokes', colour: palette[group % palette.length]?.light ?? colours.ink, opacity: Math.floor(group / palette.length) / shades, thickness: 1.2, lines,
  }));
  return { strokes, faint };
}

const square = 8;

function headLegend(heads: readonly number[], x: number, y: number): Legend {
  const title = heads.length === 1 ? 'head' : 'heads';
  let at = x + textWidth(title, 8) + 4;
  const shapes = heads.flatMap((head): Shape[] => {
    const [left, name] = [at, String(head + 1)];
    at += square + 3 + textWidth(name, 8) + 6;
    return [
      { kind: 'rectangles', colour: palette[colourOf(head)]?.light ?? colours.ink, opacity: 1, x: left, y, unit: square, rectangles: [{ x: 0, y: 0, width: 1, height: 1 }] },
      label(name, left + square + 3, y + square - 1, { size: 8 }),
    ];
  });
  return { width: at - x, height: square, shapes: [label(title, x, y + square - 1, { size: 8, colour: colours.quiet }), ...shapes] };
}

const mostTold = 40;

function inWords({ queries, keys, heads, weights, rows, columns }: ReadLines): string {
  const strongest = Array.from({ length: Math.min(mostTold, weights.length) }, (_, place) => {
    const line = weights.length - 1 - place;
    return `${nameOf(rows, queries[line] ?? 0)} → ${nameOf(columns, keys[line] ?? 0)} ${shortNumber(weights[line] ?? 0)} (head ${(heads[line] ?? 0) + 1})`;
  });
  return `Lines from ${rows.labels.length} tokens to ${columns.labels.length}. The strongest: ${strongest.join('; ') || 'none'}.`;
}
