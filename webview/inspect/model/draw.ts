/** Draws the rows of the model view that can be seen. Works in device pixels. */
import { kindNames } from '../../../protocol/map-name.ts';
import type { Scroll } from '../../map/layout.ts';
import type { Palette } from '../../map/palette.ts';
import type { Surface } from '../../map/surface.ts';
import type { LabelFont } from '../../map/text.ts';
import type { MapTheme } from '../../map/theme.ts';
import type { HeadInLittle } from '../inspector.ts';
import { layerName } from '../names.ts';
import type { HeadOrder, ModelRow } from './arrange.ts';
import { valueText } from './facts.ts';
import { rowsInSight, type ModelLayout } from './layout.ts';
import type { HeadsRow, Strips } from './strips.ts';

export interface ModelScene {
  readonly rows: readonly ModelRow<HeadInLittle>[];
  readonly layout: ModelLayout;
  readonly theme: MapTheme;
  readonly palette: Palette;
  readonly surface: Surface;
  readonly strips: Strips;
  readonly scroll: Scroll;
  readonly order: HeadOrder;
  /** How a head is outlined: where the pointer or the keyboard is, and those that other views show. */
  readonly outline: (head: HeadInLittle) => 'pointed' | 'chosen' | undefined;
  /** Fonts at device size. */
  readonly plain: LabelFont;
  readonly small: LabelFont;
}

/** Returns how many heads were drawn. */
export function drawModel(context: CanvasRenderingContext2D, scene: ModelScene): number {
  const { layout, surface: { pixels, ratio }, scroll } = scene;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, pixels.width, pixels.height);
  context.textBaseline = 'middle';
  const { first, end } = rowsInSight(layout, scroll.top, pixels.height / ratio);
  let drawn = 0;
  for (let index = first; index < end; index++) {
    const row = scene.rows[index];
    if (row === undefined) continue;
    const y = Math.round(((layout.tops[index] ?? 0) - scroll.top) * ratio);
    if (row.of === 'heads') drawn += drawRow(context, scene, row, y);
    else drawHeading(context, scene, row, y, Math.round(((layout.tops[index + 1] ?? 0) - (layout.tops[index] ?? 0)) * ratio));
  }
  return drawn;
}

function drawHeading(context: CanvasRenderingContext2D, { layout, theme, surface: { ratio }, scroll, plain, small }: ModelScene, row: Exclude<ModelRow<HeadInLittle>, HeadsRow>, y: number, height: number): void {
  const middle = y + Math.round(height / 2);
  if (row.of === 'kind') {
    write(context, plain, theme.foreground, kindNames[row.kind].long, -Math.round(scroll.left * ratio), middle, 'left');
    return;
  }
  // Of heads that stand closer than their numbers are wide, every second or third is numbered.
  const step = Math.ceil((small.widest([String(row.first + row.count)]) + 4 * ratio) / (layout.pitch * ratio));
  for (let column = 0; column < row.count; column += step) {
    write(context, small, theme.muted, String(row.first + column + 1), Math.round((layout.left + column * layout.pitch + layout.side / 2 - scroll.left) * ratio), middle, 'center');
  }
}

function drawRow(context: CanvasRenderingContext2D, scene: ModelScene, row: HeadsRow, y: number): number {
  const { layout, theme, palette, surface: { pixels, ratio }, scroll, plain } = scene;
  const side = Math.round(layout.side * ratio);
  const places = row.cells.flatMap((head, column) => (head === undefined ? [] : [{ head, x: Math.round((layout.left + column * layout.pitch - scroll.left) * ratio) }]));
  const inSight = places.filter(({ x }) => x > -side && x < pixels.width);
  if (inSight.length > 0) context.putImageData(scene.strips.of(row, { width: pixels.width, side, places: inSight, palette }), 0, y);
  if (row.layer !== undefined) write(context, plain, theme.foreground, layerName({ layer: row.layer }), -Math.round(scroll.left * ratio), y + Math.round(side / 2), 'left');
  for (const { head, x } of inSight) drawCaption(context, scene, head, x, y, side);
  return inSight.length;
}

function drawCaption(context: CanvasRenderingContext2D, { layout, theme, order, outline, small, surface: { ratio } }: ModelScene, head: HeadInLittle, x: number, y: number, side: number): void {
  const line = Math.max(1, Math.round(ratio));
  const how = outline(head);
  // In high contrast all have the colour of attention around them: what is chosen has a frame of another, and a wide one.
  context.strokeStyle = how === undefined ? theme.edge : how === 'pointed' ? theme.outline : theme.highContrast ? theme.foreground : theme.heat;
  context.lineWidth = how === undefined ? line : how === 'chosen' && theme.highContrast ? 3 * line : 2 * line;
  context.strokeRect(x - context.lineWidth / 2, y - context.lineWidth / 2, side + context.lineWidth, side + context.lineWidth);
  const [surest] = head.roles;
  const role = surest?.role ?? '';
  if (layout.captions === 0) {
    if (role !== '') drawMark(context, theme, x + side, y, 2.5 * line);
    return;
  }
  const id = `${head.layer + 1}·${head.head + 1}`;
  const texts = layout.captions === 1 ? [role] : [`${id}  ${valueText(head, order)}`, role];
  texts.forEach((text, index) => {
    const middle = y + side + Math.round((index + 0.5) * layout.lineHeight * ratio) + line;
    write(context, small, index === 0 && layout.captions > 1 ? theme.foreground : theme.muted, small.shorten(text, side + 4 * ratio), x + Math.round(side / 2), middle, 'center');
  });
}

/** Where a head is too small for a word: it has a role, which the tooltip tells. */
function drawMark(context: CanvasRenderingContext2D, theme: MapTheme, right: number, top: number, radius: number): void {
  context.beginPath();
  context.arc(right - radius, top + radius, radius, 0, 2 * Math.PI);
  context.fillStyle = theme.against;
  context.fill();
  context.strokeStyle = theme.background;
  context.lineWidth = radius / 3;
  context.stroke();
}

function write(context: CanvasRenderingContext2D, font: LabelFont, colour: string, text: string, x: number, y: number, align: CanvasTextAlign): void {
  context.font = font.font;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(text, x, y);
}
