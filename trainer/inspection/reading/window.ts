/** A stretch of a map, no finer than it will be drawn. */
import type { MapLabelRange } from '../../../protocol/inspection.ts';
import { byteOf } from '../../../protocol/map-bytes.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import type { Matrix } from './matrix.ts';

/** Rows or columns: those that are told of, and how many of them are one cell. */
export interface Stretch extends TokenRange {
  readonly step: number;
}

/** @param asked left out, all of them */
export function rangeWithin(size: number, asked: TokenRange = { first: 0, end: size }): TokenRange {
  const end = Math.min(size, Math.max(0, asked.end));
  return { first: Math.min(end, Math.max(0, asked.first)), end };
}

/**
 * What covers a stretch of a side in at most `most` cells. Cells begin at multiples of their step, so that a map that is
 * panned does not shimmer: a little more than what was asked for may be told.
 * @param most 1 at least
 */
export function stretchOf(size: number, most: number, asked: TokenRange | undefined): Stretch {
  const { first, end } = rangeWithin(size, asked);
  let step = Math.max(1, Math.ceil((end - first) / most));
  while (Math.ceil(end / step) - Math.floor(first / step) > most) step++;
  return { first: Math.floor(first / step) * step, end: Math.min(size, Math.ceil(end / step) * step), step };
}

export function cellsIn({ first, end, step }: Stretch): number {
  return Math.ceil((end - first) / step);
}

/** Of all weights that a cell stands for, the one furthest from 0. */
export function pool(matrix: Matrix, rows: Stretch, columns: Stretch): Float32Array {
  const width = cellsIn(columns);
  const cells = new Float32Array(cellsIn(rows) * width);
  for (let row = rows.first; row < rows.end; row++) {
    const at = Math.floor((row - rows.first) / rows.step) * width;
    const weights = matrix.row(row);
    if (rows.step === 1 && columns.step === 1) cells.set(weights.subarray(columns.first, columns.end), at);
    else poolRow(weights, columns, cells, at);
  }
  return cells;
}

function poolRow(weights: Float32Array, { first, end, step }: Stretch, cells: Float32Array, at: number): void {
  for (let column = first, cell = at; column < end; cell++) {
    const stop = Math.min(end, column + step);
    let furthest = cells[cell] ?? 0;
    for (; column < stop; column++) {
      const weight = weights[column] ?? 0;
      if (Math.abs(weight) > Math.abs(furthest)) furthest = weight;
    }
    cells[cell] = furthest;
  }
}

/** Of all weights that a cell stands for, the mean. */
export function meanOf(matrix: Matrix, rows: Stretch, columns: Stretch): Float32Array {
  const width = cellsIn(columns);
  const sums = new Float64Array(cellsIn(rows) * width);
  for (let row = rows.first; row < rows.end; row++) {
    const at = Math.floor((row - rows.first) / rows.step) * width;
    const weights = matrix.row(row);
    for (let column = columns.first; column < columns.end; column++) {
      const cell = at + Math.floor((column - columns.first) / columns.step);
      sums[cell] = (sums[cell] ?? 0) + (weights[column] ?? 0);
    }
  }
  const within = ({ first, end, step }: Stretch, cell: number): number => Math.min(end - first - cell * step, step);
  return Float32Array.from(sums, (sum, cell) => sum / (within(rows, Math.floor(cell / width)) * within(columns, cell % width)));
}

/** NaN where there is nothing to compare: in cells of rows or columns that only one of two maps has. */
export function blankGaps(
  cells: Float32Array, labels: { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] }, rows: Stretch, columns: Stretch,
): Float32Array {
  const [down, across] = [gapsIn(labels.rows, rows), gapsIn(labels.columns, columns)];
  if (!down.includes(true) && !across.includes(true)) return cells;
  return cells.map((cell, index) => (down[Math.floor(index / across.length)] === true || across[index % across.length] === true ? Number.NaN : cell));
}

/** Of each cell along a side, whether all that it stands for is in one map only. */
function gapsIn(labels: readonly MapLabelRange[], stretch: Stretch): boolean[] {
  const { first, end, step } = stretch;
  return Array.from({ length: cellsIn(stretch) }, (_, cell) => labels.slice(first + cell * step, Math.min(end, first + (cell + 1) * step)).every(({ only }) => only !== undefined));
}

/** As shares of `full`; `isSigned`: some are less than 0. */
export function bytesOf(cells: Float32Array, full: number, isSigned: boolean): Uint8Array {
  const bytes = new Uint8Array(cells.length);
  for (let index = 0; index < cells.length; index++) bytes[index] = byteOf((cells[index] ?? 0) / (full || 1), isSigned);
  return bytes;
}
