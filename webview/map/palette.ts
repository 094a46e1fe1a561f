/** The colours of the 256 bytes that a cell can be, as the canvas itself mixes them from the theme's. */
import { intensity } from '../../protocol/intensity.ts';
import type { Context } from './surface.ts';
import type { MapTheme } from './theme.ts';

/** By byte: red, green, blue and opacity, as an `ImageData` holds them. */
export type Palette = Uint32Array;

export function paletteOf(theme: MapTheme, strengths: ArrayLike<number>): Palette {
  const context = new OffscreenCanvas(256, 1).getContext('2d', { willReadFrequently: true });
  if (context === null) return new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) paintShade(context, theme, strengths[byte] ?? 0, byte, 0, 1, 1);
  return new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer);
}

/** A tile, and on it the strength as opacity, in another colour below 0. */
export function paintShade(
  context: Context, theme: MapTheme, strength: number,
  x: number, y: number, width: number, height: number,
): void {
  context.fillStyle = theme.tile;
  context.fillRect(x, y, width, height);
  const opacity = intensity(Math.abs(strength));
  if (opacity === 0) return;
  context.globalAlpha = opacity;
  context.fillStyle = strength < 0 ? theme.against : theme.heat;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}
