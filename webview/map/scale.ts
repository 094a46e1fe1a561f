/** From a weight to a word's tint, and to what shows at full strength. */
import { intensity } from '../../protocol/intensity.ts';

/** How many steps a word's tint has, besides none: as many as the editor's decorations. */
export const levels = 10;

/** The step of a word's tint, 0 (none: less than a twentieth) … `levels`. */
export function levelOf(weight: number): number {
  return weight < 0.05 ? 0 : Math.max(1, Math.round(intensity(weight) * levels));
}

/** The weight furthest from 0 in some rows, which shows at full strength; 1 where all are 0. */
export function largestOf(rows: Iterable<Iterable<number>>): number {
  let largest = 0;
  for (const row of rows) for (const weight of row) largest = Math.max(largest, Math.abs(weight));
  return largest > 0 ? largest : 1;
}
