/** A map as it is computed with: numbers, row by row, wherever they lie. */
import { byteSteps } from '../../taps/byte-steps.ts';
import type { HeldBlock, HeldLayer } from '../held.ts';

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Only to be read, and only until another row of the same matrix is asked for. */
  readonly row: (index: number) => Float32Array;
}

/** @param weights `[row][column]` */
export function denseMatrix(weights: Float32Array, rows: number, columns: number): Matrix {
  return { rows, columns, row: index => weights.subarray(index * columns, (index + 1) * columns) };
}

/** One head's whole map; nothing is copied that need not be. */
export function headMatrix(layer: HeldLayer, head: number): Matrix {
  const { rows, columns, blocks } = layer;
  const size = rows * columns;
  const [whole] = blocks;
  if (blocks.length === 1 && whole?.weights instanceof Float32Array && whole.weights.length === layer.heads * size) {
    return denseMatrix(whole.weights.subarray(head * size, (head + 1) * size), rows, columns);
  }
  const row = new Float32Array(columns);
  return {
    rows,
    columns,
    row: index => {
      row.fill(0);
      for (const block of blocks) {
        if (index >= block.rows.first && index < block.rows.end) copyRow(block, head, index - block.rows.first, row);
      }
      return row;
    },
  };
}

function copyRow(block: HeldBlock, head: number, row: number, into: Float32Array): void {
  const { first, end } = block.columns;
  const from = (head * (block.rows.end - block.rows.first) + row) * (end - first);
  copyWeights(block, from, end - first, into, first);
}

/** Copies `count` of a block's weights, from a place in it to a place in `into`, as numbers whatever they are held as. */
export function copyWeights({ weights }: HeldBlock, from: number, count: number, into: Float32Array, to: number): void {
  if (weights instanceof Float32Array) into.set(weights.subarray(from, from + count), to);
  else for (let index = 0; index < count; index++) into[to + index] = (weights[from + index] ?? 0) * (1 / byteSteps);
}

/** Each column times a factor of its own. */
export function scaledColumns(matrix: Matrix, factors: Float32Array): Matrix {
  const { rows, columns } = matrix;
  const scaled = new Float32Array(columns);
  return {
    rows,
    columns,
    row: index => {
      const row = matrix.row(index);
      for (let column = 0; column < columns; column++) scaled[column] = (row[column] ?? 0) * (factors[column] ?? 0);
      return scaled;
    },
  };
}

/**
 * All its rows in one array, `[row][column]`.
 * @param into is written over and returned; left out, a new array
 */
export function weightsOf(matrix: Matrix, into = new Float32Array(matrix.rows * matrix.columns)): Float32Array {
  for (let row = 0; row < matrix.rows; row++) into.set(matrix.row(row), row * matrix.columns);
  return into;
}
