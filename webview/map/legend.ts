/** The scale beside a map: eleven cells from 0 to 1, drawn as the map draws its own. */
import { drawCell } from './draw.ts';
import type { MapTheme } from './theme.ts';

const steps = 11;

export function drawLegend(canvas: HTMLCanvasElement, theme: MapTheme): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  for (let step = 0; step < steps; step++) {
    const left = Math.round((step * width) / steps);
    const right = Math.round(((step + 1) * width) / steps);
    drawCell(context, theme, step / (steps - 1), left, 0, right - left - 1, height);
  }
}
