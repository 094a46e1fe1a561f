/** How the lines of several runs are told apart: by colour, and by dashes where colours are few or not seen. */

/**
 * After Okabe & Ito (2008), "Color Universal Design", made lighter on dark and darker on light so that each keeps a contrast
 * of 3 against its background: CSS variables of the page.
 */
const colours = 6;

const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [14, 4]];

export interface LineStyle {
  /** A CSS variable. */
  readonly colour: string;
  /** Lengths of line and gap, in CSS pixels; empty is unbroken. */
  readonly dash: readonly number[];
}

/** @param place a run's among those shown; a seventh has the first's colour, but other dashes */
export function styleOf(place: number): LineStyle {
  const dash = (place + Math.floor(place / colours)) % dashes.length;
  return { colour: `--curve-${place % colours}`, dash: dashes[dash] ?? [] };
}
