/** Draws what can be seen of the head view: lines, tokens on either side, the overview. Works in device pixels. */
import type { MapLabelRange } from '../../../protocol/inspection.ts';
import { within } from '../../map/data.ts';
import type { Surface } from '../../map/surface.ts';
import { directionOf, type LabelFont } from '../../map/text.ts';
import { colourOf } from '../../../protocol/head-colours.ts';
import { inSight, labelGap, type Edges, type HeadsLayout } from './layout.ts';
import type { Side } from './lines.ts';
import { cssColour, type HeadsTheme } from './theme.ts';

/** What a token of one side is met by, told by bars below those of the other side. */
export interface Met {
  readonly side: Side;
  readonly heads: readonly number[];
  /** `[head][token of the other side]`, 0…1 */
  readonly strengths: readonly Float32Array[];
}

export interface HeadsScene {
  readonly layout: HeadsLayout;
  readonly theme: HeadsTheme;
  readonly surface: Surface;
  /** CSS pixels. */
  readonly top: number;
  /** Tokens that are shown, of either side. */
  readonly queries: readonly MapLabelRange[];
  readonly keys: readonly MapLabelRange[];
  /** The lines, and the same in little. */
  readonly lines: ImageData | undefined;
  readonly overview: ImageData | undefined;
  readonly met: Met | undefined;
  readonly locked: Side | undefined;
  /** Where the keyboard stands. */
  readonly cursor: { readonly axis: Side['axis']; readonly index: number } | undefined;
  /** Fonts at device size. */
  readonly plain: LabelFont;
  readonly bold: LabelFont;
}

/** How many tokens were drawn. */
export function drawHeads(context: CanvasRenderingContext2D, scene: HeadsScene): number {
  const { layout, surface: { pixels, ratio }, overview } = scene;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, pixels.width, pixels.height);
  if (scene.lines !== undefined) context.putImageData(scene.lines, Math.round(layout.left * ratio), 0);
  if (overview !== undefined && layout.overview !== undefined) {
    context.putImageData(overview, Math.round(layout.overview.left * ratio), 0);
    drawFrame(context, scene, layout.overview);
  }
  return drawColumn(context, scene, 'query') + drawColumn(context, scene, 'key');
}

/** Around what is in sight, in the overview. */
function drawFrame(context: CanvasRenderingContext2D, { layout, theme, surface: { ratio }, top }: HeadsScene, { left, right }: Edges): void {
  const scale = (layout.height / layout.extent) * ratio;
  const line = Math.max(1, Math.round(ratio));
  const [x, y] = [Math.round(left * ratio), Math.round(top * scale)];
  const [width, height] = [Math.round((right - left) * ratio), Math.max(3 * line, Math.round(layout.height * scale))];
  // The band of high contrast would hide the lines.
  if (!theme.highContrast) {
    context.fillStyle = theme.band;
    context.fillRect(x, y, width, height);
  }
  context.strokeStyle = theme.outline;
  context.lineWidth = line;
  context.strokeRect(x + line / 2, y + line / 2, width - line, height - line);
}

/** One side's tokens. */
interface Column {
  readonly axis: Side['axis'];
  readonly labels: readonly MapLabelRange[];
  /** Of its labels, in device pixels. */
  readonly left: number;
  readonly right: number;
  readonly limit: number;
}

function drawColumn(context: CanvasRenderingContext2D, scene: HeadsScene, axis: Side['axis']): number {
  const { layout, surface: { ratio }, queries, keys } = scene;
  const [edges, labels, limit] = axis === 'query'
    ? [layout.queryColumn, queries, layout.queryLimit] as const : [layout.keyColumn, keys, layout.keyLimit] as const;
  const column: Column = { axis, labels, left: Math.round(edges.left * ratio), right: Math.round(edges.right * ratio), limit: limit * ratio };
  const range = inSight(layout, column.labels.length, scene.top);
  for (let index = range.first; index < range.end; index++) drawToken(context, scene, column, index);
  return range.end - range.first;
}

function drawToken(context: CanvasRenderingContext2D, scene: HeadsScene, column: Column, index: number): void {
  const { layout, theme, surface: { ratio }, top, met, locked, cursor } = scene;
  const label = column.labels[index];
  if (label === undefined) return;
  const [y, end] = [index, index + 1].map(at => Math.round((at * layout.pitch - top) * ratio)) as [number, number];
  const isMet = met?.side.axis === column.axis && within(met.side.range, index);
  const line = Math.max(1, Math.round(ratio));
  if (isMet) {
    context.fillStyle = theme.band;
    context.fillRect(column.left, y, column.right - column.left, end - y);
  }
  if (met !== undefined && met.side.axis !== column.axis) drawBars(context, theme, met, index, column, end, line);
  const isLocked = locked?.axis === column.axis && within(locked.range, index);
  if (isLocked || (cursor?.axis === column.axis && cursor.index === index)) {
    context.strokeStyle = isLocked ? theme.heat : theme.outline;
    context.lineWidth = line;
    context.strokeRect(column.left + line / 2, y + line / 2, column.right - column.left - line, end - y - line);
  }
  const font = isMet ? scene.bold : scene.plain;
  context.font = font.font;
  context.fillStyle = label.special && !isMet ? theme.muted : theme.foreground;
  context.textBaseline = 'middle';
  context.direction = directionOf(label.text);
  const isQuery = column.axis === 'query';
  context.textAlign = isQuery ? 'right' : 'left';
  context.fillText(font.shorten(label.text, column.limit), isQuery ? column.right - labelGap * ratio : column.left + labelGap * ratio, Math.round((y + end) / 2));
}

/** Below a token a bar a head, as strong as it looks there; in high contrast as high instead. */
function drawBars(
  context: CanvasRenderingContext2D, theme: HeadsTheme, { heads, strengths }: Met, index: number, column: Column, end: number, line: number,
): void {
  const width = (column.right - column.left) / heads.length;
  const full = (theme.highContrast ? 5 : 3) * line;
  heads.forEach((head, at) => {
    const strength = Math.min(1, strengths[at]?.[index] ?? 0);
    if (strength < 0.01) return;
    const [left, right] = [at, at + 1].map(edge => Math.round(column.left + edge * width)) as [number, number];
    const height = theme.highContrast ? Math.max(line, Math.round(full * strength)) : full;
    context.globalAlpha = theme.highContrast ? 1 : strength;
    context.fillStyle = cssColour(theme.heads[colourOf(head)] ?? [0, 0, 0]);
    context.fillRect(left, end - height, Math.max(1, right - left - (heads.length > 1 ? line : 0)), height);
  });
  context.globalAlpha = 1;
}
