/** From a weight to how strongly it shows: the one scale of maps, legends and words. */

/** Below this a weight shows as nothing: attention is never exactly zero, and a haze of it hides what matters. */
const floor = 0.005;

/**
 * How strongly a weight shows, 0…1. The exponent below 1 keeps weights around a tenth visible, as the eye sees
 * differences near the background poorly; the legend shows the scale, so that nothing is hidden by it.
 */
export function intensity(weight: number): number {
  if (!(weight >= floor)) return 0;
  return Math.min(1, weight) ** 0.7;
}

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
