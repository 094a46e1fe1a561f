import type { MapChoice } from '../../../protocol/inspection.ts';
import type { Matrix } from './matrix.ts';
import { turn } from './turn.ts';

export type Combining = Extract<MapChoice, { by: string }>['by'];

/**
 * The mean, or the largest, of maps that are all of one size: `[row][column]`.
 * @param layers the maps of each, made as they are needed; it can be stopped between two layers
 * @throws AbortError
 */
export async function combine(layers: Iterable<readonly Matrix[]>, { rows, columns }: Pick<Matrix, 'rows' | 'columns'>, by: Combining, signal: AbortSignal): Promise<Float32Array> {
  const combined = new Float32Array(rows * columns);
  const join = by === 'mean' ? addRow : raiseRow;
  let count = 0;
  for (const maps of layers) {
    await turn(signal);
    for (const map of maps) for (let row = 0; row < rows; row++) join(combined, row * columns, map.row(row));
    count += maps.length;
  }
  if (by === 'mean') for (let index = 0; index < combined.length; index++) combined[index] = (combined[index] ?? 0) / count;
  return combined;
}

function addRow(into: Float32Array, at: number, row: Float32Array): void {
  for (let column = 0; column < row.length; column++) into[at + column] = (into[at + column] ?? 0) + (row[column] ?? 0);
}

function raiseRow(into: Float32Array, at: number, row: Float32Array): void {
  for (let column = 0; column < row.length; column++) {
    const weight = row[column] ?? 0;
    if (weight > (into[at + column] ?? 0)) into[at + column] = weight;
  }
}
