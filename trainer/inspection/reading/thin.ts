import type { MapReading } from '../../../protocol/inspection.ts';
import { type CutOff, cutOff } from './cut-off.ts';
import type { Matrix } from './matrix.ts';

/** What is short of a mass by the rounding of float32 alone makes it up. */
const enough = 1 - 1e-6;

export type Thinning = Exclude<MapReading['keep'], { by: 'all' }>;

/** The map with 0 for all that is not kept, `[row][column]`. Of what is less than 0, the size counts. */
export function thin(matrix: Matrix, keep: Thinning): Float32Array {
  const { rows, columns } = matrix;
  const thinned = new Float32Array(rows * columns);
  for (let index = 0; index < rows; index++) {
    const row = matrix.row(index);
    const { least, equal } = cutOfRow(row, keep);
    let left = equal;
    for (let column = 0; column < columns; column++) {
      const weight = row[column] ?? 0;
      const size = Math.abs(weight);
      if (size > least || (size === least && left-- > 0)) thinned[index * columns + column] = weight;
    }
  }
  return thinned;
}

function cutOfRow(row: Float32Array, keep: Thinning): CutOff {
  const visit = (see: (numbers: Float32Array) => void): void => see(row);
  switch (keep.by) {
    case 'weight':
      return { least: keep.least, equal: Number.POSITIVE_INFINITY };
    case 'top':
      return cutOff(visit, keep.count, 'count');
    case 'mass':
      return cutOff(visit, keep.mass * massOf(row) * enough, 'mass');
  }
}

function massOf(row: Float32Array): number {
  let mass = 0;
  for (let column = 0; column < row.length; column++) mass += Math.abs(row[column] ?? 0);
  return mass;
}
