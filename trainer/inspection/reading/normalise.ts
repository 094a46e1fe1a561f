import type { MapReading } from '../../../protocol/inspection.ts';

export type Normalising = Exclude<MapReading['normalise'], 'none'>;

/** Divides each row, each column, or all by its sum; what sums up to 0 stays 0. Writes over `weights`, `[row][column]`. */
export function normalise(weights: Float32Array, columns: number, by: Normalising): Float32Array {
  if (by === 'all') divideBySum(weights);
  else if (by === 'row') for (let at = 0; at < weights.length; at += columns) divideBySum(weights.subarray(at, at + columns));
  else divideColumns(weights, columns);
  return weights;
}

function divideBySum(weights: Float32Array): void {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index] ?? 0;
  if (sum === 0) return;
  for (let index = 0; index < weights.length; index++) weights[index] = (weights[index] ?? 0) / sum;
}

function divideColumns(weights: Float32Array, columns: number): void {
  const sums = new Float64Array(columns);
  for (let at = 0; at < weights.length; at += columns) {
    for (let column = 0; column < columns; column++) sums[column] = (sums[column] ?? 0) + (weights[at + column] ?? 0);
  }
  for (let at = 0; at < weights.length; at += columns) {
    for (let column = 0; column < columns; column++) weights[at + column] = (weights[at + column] ?? 0) / (sums[column] || 1);
  }
}
