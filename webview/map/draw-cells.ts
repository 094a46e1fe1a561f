/** Draws the cells of a map: as a picture of a pixel a cell, or each by itself where its size shows its weight. */
import { intensity } from '../../protocol/intensity.ts';
import type { Placer, Scene } from './draw.ts';
import type { Layer } from './layers.ts';
import { paintShade } from './palette.ts';
import type { Context } from './surface.ts';
import type { MapTheme } from './theme.ts';
import type { PixelBox, Placed } from './tiles.ts';

/** Cells of fewer CSS pixels have no line between them, */
export const smallestWithGap = 6;
/** and smaller ones can't be told apart by the size of what is in them. */
const smallestSquare = 8;

export function drawLayer(context: Context, scene: Scene, place: Placer, layer: Layer): void {
  const { layout, surface: { pixels, ratio }, theme } = scene;
  const { rows, columns, step } = layer;
  const box = { left: place.x(columns.first), top: place.y(rows.first), right: place.x(columns.end), bottom: place.y(rows.end) };
  const view = {
    left: Math.max(place.left, box.left), top: Math.max(place.top, box.top),
    right: Math.min(pixels.width, box.right), bottom: Math.min(pixels.height, box.bottom),
  };
  if (view.left >= view.right || view.top >= view.bottom) return;
  const cell: Placed = { x: box.left, y: box.top, width: layout.cellWidth * ratio * step.columns, height: layout.cellHeight * ratio * step.rows };
  context.clearRect(view.left, view.top, view.right - view.left, view.bottom - view.top);
  const smaller = Math.min(cell.width, cell.height) / ratio;
  if (theme.highContrast && smaller >= smallestSquare) drawSquares(context, theme, layer, cell, view, place.gap);
  else layer.tiles.draw(context, cell, view);
  clearGaps(context, cell, view, place.gap, ratio);
}

function clearGaps(context: Context, cell: Placed, view: PixelBox, gap: number, ratio: number): void {
  if (cell.width >= smallestWithGap * ratio) {
    for (const x of edges(cell.x, cell.width, view.left, view.right + gap)) context.clearRect(x - gap, view.top, gap, view.bottom - view.top);
  }
  if (cell.height >= smallestWithGap * ratio) {
    for (const y of edges(cell.y, cell.height, view.top, view.bottom + gap)) context.clearRect(view.left, y - gap, view.right - view.left, gap);
  }
}

/** Where cells end between two pixels. */
function edges(start: number, size: number, from: number, to: number): number[] {
  const first = Math.max(1, Math.ceil((from - start) / size));
  return Array.from({ length: Math.max(0, Math.floor((to - start) / size) - first + 1) }, (_, index) => start + (first + index) * size);
}

/** One tile behind all cells, and on it squares. */
function drawSquares(context: Context, theme: MapTheme, { levels, strengths }: Layer, cell: Placed, view: PixelBox, gap: number): void {
  const { rows, columns, bytes } = levels.at(0, 0);
  paintShade(context, theme, 0, view.left, view.top, view.right - view.left, view.bottom - view.top);
  const last = { row: Math.min(rows, Math.ceil((view.bottom - cell.y) / cell.height)), column: Math.min(columns, Math.ceil((view.right - cell.x) / cell.width)) };
  for (let row = Math.floor((view.top - cell.y) / cell.height); row < last.row; row++) {
    for (let column = Math.floor((view.left - cell.x) / cell.width); column < last.column; column++) {
      const strength = strengths[bytes[row * columns + column] ?? 0] ?? 0;
      drawSquare(context, theme, strength, cell.x + column * cell.width, cell.y + row * cell.height, cell.width - gap, cell.height - gap);
    }
  }
}

/** Its area is the strength; below 0 it is hollow. */
function drawSquare(
  context: Context, theme: MapTheme, strength: number,
  x: number, y: number, width: number, height: number,
): void {
  if (intensity(Math.abs(strength)) === 0) return;
  const side = Math.sqrt(Math.min(1, Math.abs(strength)));
  const w = Math.max(2, Math.round((width * side) / 2) * 2);
  const h = Math.max(2, Math.round((height * side) / 2) * 2);
  const [left, top] = [x + Math.round((width - w) / 2), y + Math.round((height - h) / 2)];
  context.fillStyle = strength < 0 ? theme.against : theme.heat;
  context.fillRect(left, top, w, h);
  const line = Math.max(1, Math.round(height / 8));
  if (strength >= 0 || w <= 2 * line || h <= 2 * line) return;
  context.fillStyle = theme.background;
  context.fillRect(left + line, top + line, w - 2 * line, h - 2 * line);
}

/** One cell by itself, as in the map: of legends. */
export function drawCell(
  context: Context, theme: MapTheme, strength: number,
  x: number, y: number, width: number, height: number,
): void {
  paintShade(context, theme, theme.highContrast ? 0 : strength, x, y, width, height);
  if (theme.highContrast) drawSquare(context, theme, strength, x, y, width, height);
}
