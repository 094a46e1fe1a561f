/** A map as it is read, in this order: weighted, hidden, merged, normalised, thinned. */
import { Failure } from '../../../protocol/failure.ts';
import type { Axis, MapLabelRange, MapReading } from '../../../protocol/inspection.ts';
import type { HeldLayer, HeldMap, HeldPass } from '../held.ts';
import { type AlignedLabel, alignLabels, sharedOf } from './align.ts';
import { chooseMap, keyOfChoice } from './choose.ts';
import { type Grouping, groupTokens, isPlain } from './grouping.ts';
import { denseMatrix, type Matrix, weightsOf } from './matrix.ts';
import { maps } from './memory.ts';
import { merge } from './merge.ts';
import { normalise } from './normalise.ts';
import { thin } from './thin.ts';

export interface Sides {
  readonly rows: Grouping;
  readonly columns: Grouping;
}

export interface ReadMatrix {
  readonly labels: { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] };
  /** Before anything is left out for being small. */
  readonly whole: Matrix;
  /** With 0 for what is left out. */
  readonly kept: Matrix;
  /** What `kept` is remembered under. */
  readonly key: string;
}

/** @throws Failure `bad-argument` where there is no such map; AbortError */
export async function readOne(map: HeldMap, reading: MapReading, signal: AbortSignal): Promise<ReadMatrix> {
  const { matrix, layer } = await chooseMap(map, reading.valueWeighted, signal);
  const sides = sidesOf(map.pass, layer, reading);
  const key = JSON.stringify([keyOfChoice(map, reading.valueWeighted), reading.hideSpecial, reading.unit, reading.normalise]);
  const whole = isAsChosen(sides, reading) ? matrix : await remembered(key, sizeOf(sides), () => gather(matrix, sides, reading));
  return keep(whole, { rows: sides.rows.labels, columns: sides.columns.labels }, key, reading);
}

/**
 * How much more one map has than another, each read alike: in rows and columns that both have; 0 in those that only one has, as their
 * labels say (`only`). @throws as `readOne`, and where they share no row or no column
 */
export async function readDifference(map: HeldMap, minus: HeldMap, reading: MapReading, signal: AbortSignal): Promise<ReadMatrix> {
  const everything: MapReading = { ...reading, keep: { by: 'all' } };
  const [one, other] = [await readOne(map, everything, signal), await readOne(minus, everything, signal)];
  const [rows, columns] = [alignLabels(one.labels.rows, other.labels.rows), alignLabels(one.labels.columns, other.labels.columns)];
  for (const [what, { length }] of [['row', sharedOf(rows)], ['column', sharedOf(columns)]] as const) {
    if (length > 0) continue;
    const message = `The two maps share no ${what}: of one they are ${inShort(other.labels, what)}, of the other ${inShort(one.labels, what)}.`;
    throw new Failure('bad-argument', message, 'Compare texts that have words in common, or read both by sentence.');
  }
  const key = JSON.stringify([one.key, other.key]);
  const whole = await remembered(key, { rows: rows.length, columns: columns.length }, () => subtract(one.whole, other.whole, rows, columns));
  return keep(whole, { rows: rows.map(({ label }) => label), columns: columns.map(({ label }) => label) }, key, reading);
}

/** The same of a matrix that is not worth remembering. */
export function readThrough(matrix: Matrix, sides: Sides, reading: MapReading): Matrix {
  const { rows, columns } = sizeOf(sides);
  const whole = isAsChosen(sides, reading) ? matrix : denseMatrix(gather(matrix, sides, reading), rows, columns);
  return reading.keep.by === 'all' ? whole : denseMatrix(thin(whole, reading.keep), rows, columns);
}

export function sidesOf({ inspection: { axes } }: HeldPass, { queries, keys }: HeldLayer, reading: MapReading): Sides {
  return { rows: groupTokens(axisAt(axes, queries), reading), columns: groupTokens(axisAt(axes, keys), reading) };
}

export function axisAt(axes: readonly Axis[], index: number): Axis {
  const axis = axes[index];
  if (axis === undefined) throw new RangeError(`axis ${index} of ${axes.length}`);
  return axis;
}

async function keep(whole: Matrix, labels: ReadMatrix['labels'], wholeKey: string, { keep: by }: MapReading): Promise<ReadMatrix> {
  if (by.by === 'all') return { labels, whole, kept: whole, key: wholeKey };
  const key = JSON.stringify([wholeKey, by]);
  return { labels, whole, kept: await remembered(key, whole, () => thin(whole, by)), key };
}

async function remembered(key: string, { rows, columns }: Pick<Matrix, 'rows' | 'columns'>, make: () => Float32Array): Promise<Matrix> {
  return denseMatrix(await maps.recall(key, make), rows, columns);
}

function sizeOf({ rows, columns }: Sides): Pick<Matrix, 'rows' | 'columns'> {
  return { rows: rows.labels.length, columns: columns.labels.length };
}

/** Whether it is read as it lies there, so that nothing need be copied. */
function isAsChosen({ rows, columns }: Sides, reading: MapReading): boolean {
  return isPlain(rows) && isPlain(columns) && reading.normalise === 'none';
}

function gather(matrix: Matrix, { rows, columns }: Sides, { normalise: by }: MapReading): Float32Array {
  const gathered = isPlain(rows) && isPlain(columns) ? weightsOf(matrix) : merge(matrix, rows, columns);
  return by === 'none' ? gathered : normalise(gathered, columns.labels.length, by);
}

function subtract(map: Matrix, minus: Matrix, rows: readonly AlignedLabel[], columns: readonly AlignedLabel[]): Float32Array {
  const difference = new Float32Array(rows.length * columns.length);
  rows.forEach((row, index) => {
    if (row.map === undefined || row.minus === undefined) return;
    const [more, less] = [map.row(row.map), minus.row(row.minus)];
    const at = index * columns.length;
    columns.forEach((column, place) => {
      if (column.map !== undefined && column.minus !== undefined) difference[at + place] = (more[column.map] ?? 0) - (less[column.minus] ?? 0);
    });
  });
  return difference;
}

/** As many of them are named in a message. */
const mostNamed = 4;

function inShort({ rows, columns }: ReadMatrix['labels'], what: 'row' | 'column'): string {
  const names = (what === 'row' ? rows : columns).map(({ text }) => `“${text}”`);
  return names.length > mostNamed ? `${names.slice(0, mostNamed).join(', ')} …` : names.join(', ');
}
