/** The colours of heads, wherever they are drawn. */

/**
 * On light and on dark ground, none of them grey, brown or nearly black. Chosen by search: a contrast of 3.4 on light ground and 4.5 on
 * dark, and any two of the first eight are told apart with each kind of colour blindness (a distance of 0.1 in Oklab, simulated after
 * Machado et al. 2009). The others are as far from each other and from those for who sees all colours, and half as far for who doesn't.
 * A head is much of one hue on both grounds, lighter on dark.
 * A test holds them to it.
 */
export const palette = [
  { light: '#0078cc', dark: '#54a8fc' },
  { light: '#b47800', dark: '#ccb424' },
  { light: '#006000', dark: '#84fc00' },
  { light: '#e418fc', dark: '#d860a8' },
  { light: '#840cf0', dark: '#f0c0fc' },
  { light: '#fc1884', dark: '#fc3c60' },
  { light: '#0000f0', dark: '#1884fc' },
  { light: '#78186c', dark: '#fc84b4' },
  { light: '#189054', dark: '#3cd890' },
  { light: '#b41848', dark: '#fc7860' },
  { light: '#6078fc', dark: '#a8b4fc' },
  { light: '#b43ca8', dark: '#cc48fc' },
  { light: '#004890', dark: '#3c90b4' },
  { light: '#5400b4', dark: '#cc84e4' },
  { light: '#4848cc', dark: '#9078d8' },
  { light: '#900ca8', dark: '#f024cc' },
] as const;

/** More heads than colours: a seventeenth has the first's. Each has its number on its square. */
export function colourOf(head: number): number {
  return head % palette.length;
}

/** What is written on a colour: black or white, whichever is easier to read. */
export function inkOn(colour: string): '#000' | '#fff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? '#000' : '#fff';
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
