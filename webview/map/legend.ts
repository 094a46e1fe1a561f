/** The scale beside a map: eleven cells from `from` to 1, drawn as the map draws its own. */
import { drawCell } from './draw.ts';
import type { MapTheme } from './theme.ts';

const steps = 11;

/** @param from 0 for shares, -1 for evidence */
export function drawLegend(canvas: HTMLCanvasElement, theme: MapTheme, from: 0 | -1): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  for (let step = 0; step < steps; step++) {
    const left = Math.round((step * width) / steps);
    const right = Math.round(((step + 1) * width) / steps);
    drawCell(context, theme, from + ((1 - from) * step) / (steps - 1), left, 0, right - left - 1, height);
  }
}

/** A number at the end of a scale: two digits tell enough. */
export function scaleEnd(value: number): string {
  return Number(value.toPrecision(2)).toString().replace('-', '−');
}
