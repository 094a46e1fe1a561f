/** Draws the part of a map that can be seen. Works in device pixels, so that every edge falls on one. */
import { count, type AnyMap, type MapFocus } from './data.ts';
import { drawLayer, smallestWithGap } from './draw-cells.ts';
import { drawGaps } from './draw-gaps.ts';
import { drawColumnLabels, drawCorner, drawRowLabels } from './draw-labels.ts';
import type { Layer } from './layers.ts';
import { visibleCells, type MapLayout, type Scroll } from './layout.ts';
import { clipped, type Context, type Surface } from './surface.ts';
import type { LabelFont } from './text.ts';
import type { MapTheme } from './theme.ts';

export interface Scene {
  readonly map: AnyMap;
  readonly layers: readonly Layer[];
  readonly layout: MapLayout;
  readonly theme: MapTheme;
  readonly surface: Surface;
  readonly scroll: Scroll;
  readonly focus: MapFocus;
  /** What was clicked, outlined wherever the pointer is. */
  readonly locked: MapFocus;
  /** Fonts at device size. */
  readonly plain: LabelFont;
  readonly bold: LabelFont;
}

/** How much was drawn: a map of any size costs only what is visible. */
export interface Drawn {
  readonly cells: number;
  readonly labels: number;
}

export function drawMap(context: Context, scene: Scene): Drawn {
  const { layout, surface, scroll } = scene;
  const { width, height } = surface.pixels;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  const viewport = { width: width / surface.ratio, height: height / surface.ratio };
  const visible = visibleCells(layout, scroll, viewport);
  const place = placer(scene);

  clipped(context, place.left, place.top, Math.min(width, place.x(layout.columns)), Math.min(height, place.y(layout.rows)), () => {
    for (const layer of scene.layers) drawLayer(context, scene, place, layer);
    drawGaps(context, scene, place, visible);
    drawBands(context, scene, place);
    drawOutline(context, scene, place, scene.locked);
    drawOutline(context, scene, place, scene.focus);
  });
  const labels = drawRowLabels(context, scene, place, visible.rows) + drawColumnLabels(context, scene, place, visible.columns);
  drawCorner(context, scene, place);
  drawEdges(context, scene, place);
  return { cells: count(visible.rows) * count(visible.columns), labels };
}

/** From rows and columns to device pixels, rounded once so that neighbours share their edges. */
export interface Placer {
  readonly left: number;
  readonly top: number;
  /** A line's width. */
  readonly gap: number;
  x(column: number): number;
  y(row: number): number;
}

function placer({ layout, surface: { ratio }, scroll }: Scene): Placer {
  const left = Math.round(layout.left * ratio);
  const top = Math.round(layout.top * ratio);
  const origin = { x: left - Math.round(scroll.left * ratio), y: top - Math.round(scroll.top * ratio) };
  const cell = { width: layout.cellWidth * ratio, height: layout.cellHeight * ratio };
  return {
    left, top, gap: Math.max(1, Math.round(ratio)),
    x: column => Math.round(origin.x + column * cell.width),
    y: row => Math.round(origin.y + row * cell.height),
  };
}

/** Beneath the cells, which let it through where they are weak; over small ones that let nothing through. */
function drawBands(context: Context, { theme, focus, layout }: Scene, place: Placer): void {
  const isOver = theme.highContrast && Math.min(layout.cellWidth, layout.cellHeight) < smallestWithGap;
  context.globalCompositeOperation = isOver ? 'source-over' : 'destination-over';
  context.fillStyle = theme.band;
  const [right, bottom] = [place.x(layout.columns), place.y(layout.rows)];
  if (focus.rows !== undefined) {
    context.fillRect(place.left, place.y(focus.rows.first), right - place.left, place.y(focus.rows.end) - place.y(focus.rows.first));
  }
  if (focus.columns !== undefined) {
    const x = place.x(focus.columns.first);
    context.fillRect(x, place.top, place.x(focus.columns.end) - x, bottom - place.top);
  }
  context.globalCompositeOperation = 'source-over';
}

/** Around what is in focus: a cell, or a whole row or column. */
function drawOutline(context: Context, { theme, layout }: Scene, place: Placer, { rows, columns }: MapFocus): void {
  if (rows === undefined && columns === undefined) return;
  const width = rows !== undefined && columns !== undefined ? 2 * place.gap : place.gap;
  const across = around(columns === undefined ? place.left : place.x(columns.first), place.x(columns?.end ?? layout.columns) - place.gap, width);
  const down = around(rows === undefined ? place.top : place.y(rows.first), place.y(rows?.end ?? layout.rows) - place.gap, width);
  context.strokeStyle = theme.outline;
  context.lineWidth = width;
  context.strokeRect(across.from, down.from, across.to - across.from, down.to - down.from);
}

/** Where the middle of a line runs: inside of what it goes around, or outside where it would hide it. */
function around(from: number, to: number, width: number): { readonly from: number; readonly to: number } {
  const inset = to - from < 6 * width ? -width / 2 : width / 2;
  return { from: from + inset, to: to - inset };
}

function drawEdges(context: Context, { theme, scroll, surface }: Scene, place: Placer): void {
  context.fillStyle = theme.edge;
  if (scroll.top > 0) context.fillRect(0, place.top - place.gap, surface.pixels.width, place.gap);
  if (scroll.left > 0) context.fillRect(place.left - place.gap, 0, place.gap, surface.pixels.height);
}
