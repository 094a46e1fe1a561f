/** The colours of heads, wherever they are drawn. */

/**
 * On light and on dark ground. Chosen by search: each has a contrast of 4.5 on its ground, and any two are told apart with each
 * kind of colour blindness (a distance of 0.1 in Oklab, simulated after Machado et al. 2009); a test holds them to it.
 */
export const palette = [
  { light: '#4e69ea', dark: '#72bfff' },
  { light: '#7b4100', dark: '#fd9a17' },
  { light: '#1c6561', dark: '#85fed7' },
  { light: '#a756a5', dark: '#c267b1' },
  { light: '#6c7b28', dark: '#e6eb35' },
  { light: '#6d31ab', dark: '#8b84ff' },
  { light: '#3d1600', dark: '#f24d2e' },
  { light: '#42373f', dark: '#baa9a8' },
] as const;

/** More heads than colours: a ninth has the first's. Each has its number on its square. */
export function colourOf(head: number): number {
  return head % palette.length;
}
