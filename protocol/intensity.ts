/** From a weight to how strongly it shows: the one scale of maps, legends and words, wherever they are drawn. */

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
