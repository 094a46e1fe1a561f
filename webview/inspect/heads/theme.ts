/** The colours that lines and their tokens are drawn with. */
import { readTheme, type MapTheme } from '../../map/theme.ts';
import { palette } from '../../../protocol/head-colours.ts';
import { colourVariable } from '../head-colours.ts';
import type { Colour } from './raster.ts';

export interface HeadsTheme extends MapTheme {
  /** One a colour of the palette. */
  readonly heads: readonly Colour[];
}

/** @param probe an element inside the view's own tree */
export function readHeadsTheme(probe: HTMLElement): HeadsTheme {
  const theme = readTheme(probe);
  const heads = palette.map((_, index): Colour => {
    probe.style.color = `var(${colourVariable(index)})`;
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number);
    return [red, green, blue];
  });
  return { ...theme, heads };
}

export function cssColour([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
