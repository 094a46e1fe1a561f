import type { MapWindow } from '../../../protocol/inspection.ts';
import type { Matrix } from './matrix.ts';

/** What is told of a map as a whole, whichever stretch of it is asked for. */
export type MapFacts = Pick<MapWindow, 'full' | 'hidden'>;

/** @param kept has 0 where a weight of `whole` is left out */
export function mapFactsOf(whole: Matrix, kept: Matrix): MapFacts {
  let full = 0;
  let [cells, mass] = [0, 0];
  for (let index = 0; index < whole.rows; index++) {
    const row = whole.row(index);
    for (let column = 0; column < row.length; column++) full = Math.max(full, Math.abs(row[column] ?? 0));
    if (kept === whole) continue;
    const left = kept.row(index);
    for (let column = 0; column < row.length; column++) {
      const weight = row[column] ?? 0;
      if (weight === 0 || left[column] !== 0) continue;
      cells++;
      mass += Math.abs(weight);
    }
  }
  return { full, hidden: { cells, mass } };
}
