/** Draws the part of a map that can be seen. Works in device pixels, so that every edge falls on one. */
import { one, strengthAt, strongestOf, within, type IndexRange, type MapData, type MapFocus } from './data.ts';
import { leaningColumns, labelGap, visibleCells, type MapLayout, type Scroll } from './layout.ts';
import { intensity } from './scale.ts';
import type { Surface } from './surface.ts';
import { directionOf, type LabelFont } from './text.ts';
import type { MapTheme } from './theme.ts';

export interface Scene {
  readonly data: MapData;
  readonly layout: MapLayout;
  readonly theme: MapTheme;
  readonly surface: Surface;
  readonly scroll: Scroll;
  readonly focus: MapFocus;
  /** Fonts at device size. */
  readonly plain: LabelFont;
  readonly bold: LabelFont;
}

/** How much was drawn: a map of any size costs only what is visible. */
export interface Drawn {
  readonly cells: number;
  readonly labels: number;
}

export function drawMap(context: CanvasRenderingContext2D, scene: Scene): Drawn {
  const { layout, surface, scroll } = scene;
  const { width, height } = surface.pixels;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  const viewport = { width: width / surface.ratio, height: height / surface.ratio };
  const visible = visibleCells(layout, scroll, viewport);
  const place = placer(scene);

  clipped(context, place.left, place.top, width, height, () => {
    drawBands(context, scene, place);
    drawCells(context, scene, place, visible);
    drawOutline(context, scene, place);
  });
  const rowLabels = drawRowLabels(context, scene, place, visible.rows);
  const columnLabels = drawColumnLabels(context, scene, place, visible.columns);
  drawEdges(context, scene, place);
  return { cells: count(visible.rows) * count(visible.columns), labels: rowLabels + columnLabels };
}

/**
 * One cell: a tile, and on it the strength as opacity, in another colour below 0; in high contrast as size instead, and
 * hollow below 0. Also draws legends.
 */
export function drawCell(
  context: CanvasRenderingContext2D,
  theme: MapTheme,
  strength: number,
  x: number, y: number, width: number, height: number,
): void {
  context.fillStyle = theme.tile;
  context.fillRect(x, y, width, height);
  const opacity = intensity(Math.abs(strength));
  if (opacity === 0) return;
  context.fillStyle = strength < 0 ? theme.against : theme.heat;
  if (theme.highContrast) {
    // Its area is the strength.
    const side = Math.sqrt(Math.min(1, Math.abs(strength)));
    const w = Math.max(2, Math.round((width * side) / 2) * 2);
    const h = Math.max(2, Math.round((height * side) / 2) * 2);
    const [left, top] = [x + Math.round((width - w) / 2), y + Math.round((height - h) / 2)];
    context.fillRect(left, top, w, h);
    const line = Math.max(1, Math.round(height / 8));
    if (strength >= 0 || w <= 2 * line || h <= 2 * line) return;
    context.fillStyle = theme.background;
    context.fillRect(left + line, top + line, w - 2 * line, h - 2 * line);
    return;
  }
  context.globalAlpha = opacity;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}

/** From rows and columns to device pixels, rounded once so that neighbours share their edges. */
interface Placer {
  readonly left: number;
  readonly top: number;
  readonly gap: number;
  x(column: number): number;
  y(row: number): number;
}

function placer({ layout, surface: { ratio }, scroll }: Scene): Placer {
  return {
    left: Math.round(layout.left * ratio),
    top: Math.round(layout.top * ratio),
    gap: Math.max(1, Math.round(ratio)),
    x: column => Math.round((layout.left + column * layout.cellWidth - scroll.left) * ratio),
    y: row => Math.round((layout.top + row * layout.cellHeight - scroll.top) * ratio),
  };
}

function drawBands(context: CanvasRenderingContext2D, { theme, focus, layout }: Scene, place: Placer): void {
  context.fillStyle = theme.band;
  const [right, bottom] = [place.x(layout.columns), place.y(layout.rows)];
  if (focus.rows !== undefined) {
    context.fillRect(place.left, place.y(focus.rows.first), right - place.left, place.y(focus.rows.end) - place.y(focus.rows.first));
  }
  if (focus.columns !== undefined) {
    const x = place.x(focus.columns.first);
    context.fillRect(x, place.top, place.x(focus.columns.end) - x, bottom - place.top);
  }
}

function drawCells(
  context: CanvasRenderingContext2D,
  { data, theme }: Scene,
  place: Placer,
  { rows, columns }: { rows: IndexRange; columns: IndexRange },
): void {
  for (let row = rows.first; row < rows.end; row++) {
    const y = place.y(row);
    const height = place.y(row + 1) - y - place.gap;
    for (let column = columns.first; column < columns.end; column++) {
      const x = place.x(column);
      drawCell(context, theme, strengthAt(data, row, column), x, y, place.x(column + 1) - x - place.gap, height);
    }
  }
}

/** Around what is in focus: a cell, or a whole row or column. */
function drawOutline(context: CanvasRenderingContext2D, { theme, focus, layout }: Scene, place: Placer): void {
  const { rows, columns } = focus;
  if (rows === undefined && columns === undefined) return;
  const width = rows !== undefined && columns !== undefined ? 2 * place.gap : place.gap;
  const left = columns === undefined ? place.left : place.x(columns.first);
  const right = place.x(columns === undefined ? layout.columns : columns.end) - place.gap;
  const top = rows === undefined ? place.top : place.y(rows.first);
  const bottom = place.y(rows === undefined ? layout.rows : rows.end) - place.gap;
  context.strokeStyle = theme.outline;
  context.lineWidth = width;
  context.strokeRect(left + width / 2, top + width / 2, right - left - width, bottom - top - width);
}

function drawRowLabels(context: CanvasRenderingContext2D, scene: Scene, place: Placer, rows: IndexRange): number {
  const { data, layout, surface, focus } = scene;
  const limit = layout.rowLabelLimit * surface.ratio;
  const right = place.left - Math.round(labelGap * surface.ratio);
  clipped(context, 0, place.top, place.left, surface.pixels.height, () => {
    context.textBaseline = 'middle';
    for (let row = rows.first; row < rows.end; row++) {
      const [y, end] = [place.y(row), place.y(row + 1)];
      const label = data.rows[row];
      if (label === undefined) continue;
      const lit = focus.columns === undefined || focus.rows !== undefined ? 0 : strongestOf(data, one(row), focus.columns);
      if (lit !== 0) tint(context, scene, lit, place.left - 4 * place.gap, y, 3 * place.gap, end - y - place.gap);
      const font = emphasise(context, scene, within(focus.rows, row), label.special);
      drawLabel(context, font.shorten(label.text, limit), right, Math.round((y + end) / 2), 'right');
    }
  });
  return count(rows);
}

function drawColumnLabels(context: CanvasRenderingContext2D, scene: Scene, place: Placer, columns: IndexRange): number {
  const { data, layout, surface, focus } = scene;
  const limit = layout.columnLabelLimit * surface.ratio;
  const first = Math.max(0, columns.first - leaningColumns(layout));
  const foot = place.top - Math.round((labelGap / 2) * surface.ratio);
  clipped(context, place.left, 0, surface.pixels.width, place.top, () => {
    context.textBaseline = 'middle';
    for (let column = first; column < columns.end; column++) {
      const [x, end] = [place.x(column), place.x(column + 1)];
      const label = data.columns[column];
      if (label === undefined) continue;
      const lit = focus.rows === undefined ? 0 : strongestOf(data, focus.rows, one(column));
      if (lit !== 0) tint(context, scene, lit, x, place.top - 4 * place.gap, end - x - place.gap, 3 * place.gap);
      const font = emphasise(context, scene, within(focus.columns, column), label.special);
      const text = font.shorten(label.text, limit);
      const middle = Math.round((x + end) / 2);
      if (layout.slanted) {
        context.save();
        context.translate(middle, foot - 2 * place.gap);
        context.rotate(-Math.PI / 4);
        drawLabel(context, text, 0, 0, 'left');
        context.restore();
      } else {
        drawLabel(context, text, middle, Math.round((place.top - labelGap * surface.ratio) / 2), 'center');
      }
    }
  });
  return columns.end - first;
}

function drawLabel(context: CanvasRenderingContext2D, text: string, x: number, y: number, align: 'left' | 'right' | 'center'): void {
  context.direction = directionOf(text);
  context.textAlign = align;
  context.fillText(text, x, y);
}

/** Labels in focus are bold; special tokens, which stand for no text, are muted. */
function emphasise(context: CanvasRenderingContext2D, scene: Scene, focused: boolean, special: boolean): LabelFont {
  const font = focused ? scene.bold : scene.plain;
  context.font = font.font;
  context.fillStyle = special && !focused ? scene.theme.muted : scene.theme.foreground;
  return font;
}

/** A bar between a label and its cells: the label itself keeps its contrast, and slanted ones have no room behind. */
function tint(
  context: CanvasRenderingContext2D, { theme }: Scene, strength: number,
  x: number, y: number, width: number, height: number,
): void {
  context.globalAlpha = intensity(Math.abs(strength));
  context.fillStyle = strength < 0 ? theme.against : theme.heat;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}

function drawEdges(context: CanvasRenderingContext2D, { theme, scroll, surface }: Scene, place: Placer): void {
  context.fillStyle = theme.edge;
  if (scroll.top > 0) context.fillRect(0, place.top - place.gap, surface.pixels.width, place.gap);
  if (scroll.left > 0) context.fillRect(place.left - place.gap, 0, place.gap, surface.pixels.height);
}

function clipped(context: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  draw();
  context.restore();
}

function count(range: IndexRange): number {
  return range.end - range.first;
}
