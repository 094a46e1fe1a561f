/** Draws over rows and columns that only one of two maps has: there is nothing to compare, which is not the same as no difference. */
import type { Placer, Scene } from './draw.ts';
import type { IndexRange, MapLabel } from './data.ts';
import { clipped, type Context } from './surface.ts';

/** From one line to the next, in CSS pixels. */
const pitch = 6;

export function drawGaps(context: Context, { map, layout, surface: { ratio, pixels }, theme }: Scene, place: Placer, visible: { readonly rows: IndexRange; readonly columns: IndexRange }): void {
  const [right, bottom] = [Math.min(pixels.width, place.x(layout.columns)), Math.min(pixels.height, place.y(layout.rows))];
  const step = Math.max(2, Math.round(pitch * ratio));
  context.strokeStyle = theme.muted;
  context.lineWidth = place.gap;
  for (const { first, end } of gapsIn(map.rows, visible.rows)) hatch(context, place.left, Math.max(place.top, place.y(first)), right, Math.min(bottom, place.y(end)), step);
  for (const { first, end } of gapsIn(map.columns, visible.columns)) hatch(context, Math.max(place.left, place.x(first)), place.top, Math.min(right, place.x(end)), bottom, step);
}

/** Stretches of what only one map has. */
function gapsIn(labels: readonly MapLabel[], { first, end }: IndexRange): IndexRange[] {
  const gaps: IndexRange[] = [];
  for (let index = first; index < end; index++) {
    if (labels[index]?.only === undefined) continue;
    const last = gaps.at(-1);
    if (last?.end === index) gaps[gaps.length - 1] = { first: last.first, end: index + 1 };
    else gaps.push({ first: index, end: index + 1 });
  }
  return gaps;
}

/** The same lines wherever a stretch begins, so that those of neighbours meet. */
function hatch(context: Context, left: number, top: number, right: number, bottom: number, step: number): void {
  if (right <= left || bottom <= top) return;
  context.clearRect(left, top, right - left, bottom - top);
  clipped(context, left, top, right, bottom, () => {
    context.beginPath();
    for (let along = Math.floor((left + top) / step) * step; along < right + bottom; along += step) {
      context.moveTo(along - top, top);
      context.lineTo(along - bottom, bottom);
    }
    context.stroke();
  });
}
