/** A map as a drawing of its matrix: rows down, columns across, as strong as the panel shows them. */
import { intensity } from '../../../protocol/intensity.ts';
import { scaleNotes, strengthOn, type MapScale, type Reach } from '../../../protocol/map-scale.ts';
import { fit } from '../display-width.ts';
import { printableWord } from '../printable.ts';
import { colours, label, type Label, type Line, type Rectangle, type Rectangles, type Scene, type Shape } from '../scene/scene.ts';
import { textWidth } from '../text-width.ts';
import { nameOfMap, shortNumber } from './describe.ts';
import { footOf, type Legend, margin } from './foot.ts';
import { gapsIn, hatched } from './gaps.ts';
import { strongestIn } from './in-words.ts';
import type { ReadOut, ReadSide } from './read-out.ts';
import { cornerNames, cornerSize } from './sides.ts';

/** Of the longer side, once cells are no longer as large as they may be; and of one whose every label is written. */
const [longestSide, longestLabelled] = [560, 900];
const largestCell = 18;
const fontSize = 9;
/** Between labels, and where there is room for it: of smaller cells only some are labelled. */
const [labelPitch, roomyPitch] = [10, 12];
const longestLabel = 24;
const slant = 50;
const [slantSine, slantCosine] = [Math.sin((slant * Math.PI) / 180), Math.cos((slant * Math.PI) / 180)];
/** Cells this large have lines between them. */
const gridFrom = 7;
/** Shades that are told apart: two of 256 at most lie between a cell and its weight's own. */
const shades = 127;

export function matrixScene(read: ReadOut, scale: MapScale = 'linear'): Scene {
  const [rows, columns] = [labelsOf(read.rows, read.step.rows), labelsOf(read.columns, read.step.columns)];
  const cell = cellOf(Math.max(1, rows.length, columns.length));
  const every = Math.ceil(labelPitch / cell);
  const isLabelled = (_: string, index: number): boolean => index % every === 0;
  const { kind } = read.about.choice;
  const corner = cornerSize(kind);
  const left = margin + Math.max(corner.width, widest(rows.filter(isLabelled))) + 5;
  const top = margin + Math.max(corner.height + 4, widest(columns.filter(isLabelled)) * slantSine + fontSize);
  const gaps = gapsIn(read, { rows: rows.length, columns: columns.length });
  const [width, height] = [cell * columns.length, cell * rows.length];
  const overhang = columns.map((text, index) => (index % every === 0 ? (index + 0.5) * cell + widthOf(text) * slantCosine + fontSize : 0));
  const foot = footOf({ name: nameOfMap(read.about), reading: read.about.reading, width: left + Math.max(width, ...overhang) + margin, top: top + height + 10, legend: (x, y) => scaleLegend(read, scale, x, y), notes: notesOf(read, scale, gaps) });
  const labels = [
    ...rows.flatMap((text, row): Label[] => (row % every === 0 ? [label(text, left - 5, top + (row + 0.5) * cell + fontSize / 3, { anchor: 'end' })] : [])),
    ...columns.flatMap((text, column): Label[] => (column % every === 0 ? [label(text, left + (column + 0.5) * cell + 3, top - 5, { turn: slant })] : [])),
  ];
  return {
    width: Math.ceil(foot.width),
    height: Math.ceil(top + height + 10 + foot.height),
    title: nameOfMap(read.about),
    description: strongestIn(read),
    shapes: [
      { kind: 'rectangles', colour: colours.ink, opacity: 0.03, x: left, y: top, unit: 1, rectangles: [{ x: 0, y: 0, width, height }] },
      ...shadesOf(read, scale, rows.length, columns.length).map((shade): Rectangles => ({ ...shade, x: left, y: top, unit: cell })),
      ...hatched(gaps, { left, top, cell, rows: rows.length, columns: columns.length }),
      ...(cell >= gridFrom ? [grid({ left, top, cell, rows: rows.length, columns: columns.length })] : []),
      ...cornerNames(kind, left - 5, top - 4),
      ...labels,
      ...foot.shapes,
    ],
  };
}

/** Smaller for a longer side, but not so small that labels have no room, as long as they can have it. @param count along that side */
function cellOf(count: number): number {
  const size = Math.min(largestCell, longestSide / count);
  const roomy = Math.min(roomyPitch, longestLabelled / count);
  return roomy < labelPitch ? size : Math.max(size, roomy);
}

function labelsOf({ labels }: ReadSide, step: number): string[] {
  return labels.filter((_, index) => index % step === 0).map(({ text }) => fit(printableWord(text), longestLabel));
}

const widthOf = (text: string): number => textWidth(text, fontSize);
const widest = (texts: readonly string[]): number => Math.ceil(texts.reduce((most, text) => Math.max(most, widthOf(text)), 0));

/** Cells by their shade, those beside each other as one. */
function shadesOf(read: ReadOut, scale: MapScale, rows: number, columns: number): Pick<Rectangles, 'kind' | 'colour' | 'opacity' | 'rectangles'>[] {
  const { cells, isSigned } = read;
  const byShade = new Map<number, Rectangle[]>();
  for (let y = 0; y < rows; y++) {
    let first = 0;
    while (first < columns) {
      const shade = shadeOf(cells[y * columns + first] ?? 0, scale, read);
      let end = first + 1;
      while (end < columns && shadeOf(cells[y * columns + end] ?? 0, scale, read) === shade) end++;
      if (shade !== 0) {
        const rectangles = byShade.get(shade) ?? [];
        rectangles.push({ x: first, y, width: end - first, height: 1 });
        byShade.set(shade, rectangles);
      }
      first = end;
    }
  }
  return [...byShade].sort(([one], [other]) => one - other)
    .map(([shade, rectangles]) => ({ kind: 'rectangles', colour: isSigned && shade < 0 ? colours.against : colours.heat, opacity: Math.abs(shade) / shades, rectangles }));
}

/** In steps, less than 0 for what is less; 0 where there is nothing to compare. */
function shadeOf(weight: number, scale: MapScale, reach: Reach): number {
  const strength = strengthOn(scale, weight, reach);
  return Number.isNaN(weight) ? 0 : Math.sign(weight) * Math.round(shades * intensity(Math.abs(strength)));
}

function grid({ left, top, cell, rows, columns }: { readonly left: number; readonly top: number; readonly cell: number; readonly rows: number; readonly columns: number }): Shape {
  const [right, bottom] = [left + cell * columns, top + cell * rows];
  const down = Array.from({ length: rows - 1 }, (_, row): Line => ({ from: [left, top + (row + 1) * cell], to: [right, top + (row + 1) * cell] }));
  const across = Array.from({ length: columns - 1 }, (_, column): Line => ({ from: [left + (column + 1) * cell, top], to: [left + (column + 1) * cell, bottom] }));
  return { kind: 'strokes', colour: colours.paper, opacity: 1, thickness: 0.75, lines: [...down, ...across] };
}

const legendSteps = 30;
const legendWidth = 120;

/** From 0, or from as far below it, to the weight that shows at full strength. */
function scaleLegend(read: ReadOut, scale: MapScale, x: number, y: number): Legend {
  const { isSigned } = read;
  const end = scale === 'clipped' ? read.strong : read.full;
  const unit = legendWidth / legendSteps;
  const steps = Array.from({ length: legendSteps }, (_, step): Rectangles => {
    const share = (step + 0.5) / legendSteps;
    const strength = strengthOn(scale, end * (isSigned ? 2 * share - 1 : share), read);
    return { kind: 'rectangles', colour: strength < 0 ? colours.against : colours.heat, opacity: intensity(Math.abs(strength)), x, y, unit, rectangles: [{ x: step, y: 0, width: 1, height: 8 / unit }] };
  });
  const numbers = isSigned ? [-end, 0, end] : [0, end];
  const labels = numbers.map((value, index) =>
    label(`${isSigned && value > 0 ? '+' : ''}${shortNumber(value)}`.replace('-', '−'), x + (legendWidth * index) / (numbers.length - 1), y + 17, { size: 8, anchor: (['start', isSigned ? 'middle' : 'end', 'end'] as const)[index] ?? 'end' }));
  return { width: legendWidth, height: 18, shapes: [...steps, ...labels] };
}

function notesOf({ step, hidden }: ReadOut, scale: MapScale, gaps: ReturnType<typeof gapsIn>): string[] {
  return [
    ...(scale === 'linear' ? [] : [scaleNotes[scale]]),
    ...(gaps.rows.length + gaps.columns.length > 0 ? ['hatched: in one of both only'] : []),
    ...(step.rows > 1 || step.columns > 1 ? [`a cell is the strongest of ${step.rows} × ${step.columns} weights`] : []),
    ...(hidden.cells > 0 ? [`${hidden.cells.toLocaleString('en')} smaller weights are left out`] : []),
  ];
}
