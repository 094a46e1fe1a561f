/** Draws the labels of what is visible of a map's rows and columns, and, where each has one, beside it how strongly it is linked to what is in focus. */
import { intensity } from '../../protocol/intensity.ts';
import { one, strongestOf, within, type IndexRange, type MapLabel } from './data.ts';
import type { Placer, Scene } from './draw.ts';
import { labelled } from './labels.ts';
import { labelGap, leaningColumns } from './layout.ts';
import { clipped, type Context } from './surface.ts';
import { directionOf, type LabelFont } from './text.ts';

/** @returns how many */
export function drawRowLabels(context: Context, scene: Scene, place: Placer, rows: IndexRange): number {
  const { map, layout, surface, focus, scroll } = scene;
  const limit = layout.rowLabelLimit * surface.ratio;
  const half = (layout.rowPitch * surface.ratio) / 2;
  const right = place.left - Math.round(labelGap * surface.ratio);
  const indices = labelled(rows, layout.cellHeight, layout.rowPitch, focus.rows);
  // Rows may be lower than their labels: the first one's rises above it, as long as nothing is above.
  clipped(context, 0, scroll.top === 0 ? place.top - half : place.top, place.left, surface.pixels.height, () => {
    context.textBaseline = 'middle';
    if (focus.columns !== undefined && focus.rows === undefined && layout.cellHeight >= layout.rowPitch) {
      for (let row = rows.first; row < rows.end; row++) {
        tint(context, scene, strongestOf(map, one(row), focus.columns), place.left - 4 * place.gap, place.y(row), 3 * place.gap, place.y(row + 1) - place.gap - place.y(row));
      }
    }
    for (const row of indices) {
      const label = map.rows[row];
      if (label === undefined) continue;
      const isFocused = within(focus.rows, row);
      const font = emphasise(context, scene, isFocused, label);
      const middle = Math.round((place.y(row) + place.y(row + 1)) / 2);
      const y = isFocused && scroll.top > 0 ? Math.max(place.top + half, middle) : middle;
      drawLabel(context, font.shorten(label.text, limit), right, y, 'right');
    }
  });
  return indices.length;
}

/** @returns how many */
export function drawColumnLabels(context: Context, scene: Scene, place: Placer, columns: IndexRange): number {
  const { map, layout, surface, focus } = scene;
  const limit = layout.columnLabelLimit * surface.ratio;
  const leaning = { first: Math.max(0, columns.first - leaningColumns(layout)), end: columns.end };
  const foot = place.top - Math.round((labelGap / 2) * surface.ratio) - 2 * place.gap;
  const indices = labelled(leaning, layout.cellWidth, layout.columnPitch, focus.columns);
  clipped(context, place.left, 0, surface.pixels.width, place.top, () => {
    context.textBaseline = 'middle';
    if (focus.rows !== undefined && layout.cellWidth >= layout.columnPitch) {
      for (let column = columns.first; column < columns.end; column++) {
        tint(context, scene, strongestOf(map, focus.rows, one(column)), place.x(column), place.top - 4 * place.gap, place.x(column + 1) - place.gap - place.x(column), 3 * place.gap);
      }
    }
    for (const column of indices) {
      const label = map.columns[column];
      if (label === undefined) continue;
      const font = emphasise(context, scene, within(focus.columns, column), label);
      const text = font.shorten(label.text, limit);
      const middle = Math.round((place.x(column) + place.x(column + 1)) / 2);
      if (layout.slanted) {
        context.save();
        context.translate(middle, foot);
        context.rotate(-Math.PI / 4);
        drawLabel(context, text, 0, 0, 'left');
        context.restore();
      } else {
        drawLabel(context, text, middle, Math.round((place.top - labelGap * surface.ratio) / 2), 'center');
      }
    }
  });
  return indices.length;
}

/** Of the labels' size. */
const cornerShare = 0.8;

/** What rows are called, and columns, where both begin. */
export function drawCorner(context: Context, scene: Scene, place: Placer): void {
  const { map: { names }, layout, theme, surface: { ratio } } = scene;
  if (names === undefined) return;
  const size = Math.round(theme.fontSize * cornerShare * ratio);
  const right = place.left - Math.round(labelGap * ratio);
  // The first row's label may rise above its row.
  const risen = Math.max(0, (layout.rowPitch - layout.cellHeight) / 2) * ratio;
  const bottom = place.top - Math.round(risen) - 2 * place.gap;
  clipped(context, 0, 0, place.left, place.top, () => {
    context.font = `${size}px ${theme.fontFamily}`;
    context.fillStyle = theme.muted;
    context.textBaseline = 'alphabetic';
    drawLabel(context, `${names.columns} →`, right, bottom - Math.round(1.15 * size), 'right');
    drawLabel(context, `${names.rows} ↓`, right, bottom, 'right');
  });
}

function drawLabel(context: Context, text: string, x: number, y: number, align: 'left' | 'right' | 'center'): void {
  context.direction = directionOf(text);
  context.textAlign = align;
  context.fillText(text, x, y);
}

/** Labels in focus are bold; special tokens, which stand for no text, are muted, and so is what has nothing to be compared with. */
function emphasise(context: Context, scene: Scene, isFocused: boolean, { special, only }: MapLabel): LabelFont {
  const font = isFocused ? scene.bold : scene.plain;
  context.font = font.font;
  context.fillStyle = (special || only !== undefined) && !isFocused ? scene.theme.muted : scene.theme.foreground;
  return font;
}

/** A bar between a label and its cells: the label itself keeps its contrast, and slanted ones have no room behind. */
function tint(
  context: Context, { theme }: Scene, strength: number,
  x: number, y: number, width: number, height: number,
): void {
  if (strength === 0) return;
  context.globalAlpha = intensity(Math.abs(strength));
  context.fillStyle = strength < 0 ? theme.against : theme.heat;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}
