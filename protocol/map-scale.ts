/** From a weight to its share of full strength: the scales that a map can be drawn on, in the panel and on paper. */

export const mapScales = ['linear', 'root', 'clipped'] as const;
export type MapScale = (typeof mapScales)[number];

/** `auto`: by what the map's weights are. */
export const chosenScales = ['auto', ...mapScales] as const;
export type ChosenScale = (typeof chosenScales)[number];

/** How far from 0 a map's weights reach. */
export interface Reach {
  readonly full: number;
  /** 99 of 100 that are not 0 reach no further. */
  readonly strong: number;
}

/** Where nearly all weights lie below this share of the largest, a linear scale shows them as nothing. */
const tooLow = 1 / 4;

export function scaleFor(chosen: ChosenScale, { full, strong }: Reach): MapScale {
  if (chosen !== 'auto') return chosen;
  return strong < full * tooLow ? 'root' : 'linear';
}

/** How strongly a weight shows, -1…1. */
export function strengthOn(scale: MapScale, weight: number, { full, strong }: Reach): number {
  const share = Math.max(-1, Math.min(1, weight / ((scale === 'clipped' ? strong : full) || 1)));
  return scale === 'root' ? Math.sign(share) * Math.sqrt(Math.abs(share)) : share;
}

/** What is said of a scale beside its colours; nothing of one that is as it looks. */
export const scaleNotes: Readonly<Record<MapScale, string>> = {
  linear: '', root: 'drawn by its square root', clipped: 'the strongest 1 % saturate',
};
