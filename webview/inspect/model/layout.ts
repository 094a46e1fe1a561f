/** Where everything of the model view stands. All lengths are CSS pixels; nothing here touches the page. */
import type { HeadFacts } from '../../../protocol/inspection.ts';
import type { ModelRow } from './arrange.ts';

export interface ModelLayout {
  /** Side of a head's picture, from one to the next, and where the first stands. */
  readonly side: number;
  readonly pitch: number;
  readonly left: number;
  readonly lineHeight: number;
  /** Lines that are written below a head. */
  readonly captions: number;
  /** Where each row begins, and the last one ends; how far the widest reaches. */
  readonly tops: readonly number[];
  readonly width: number;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

const gap = 6;
const largest = 72;
const smallest = 14;
/** Heads as small as this stand closer together. */
const small = 24;
/** Below this no role can be written under a head. */
const narrowestCaption = 50;
const flowSide = 56;

/** How many heads of a width that captions fit follow each other in a row. */
export function acrossFor(room: number): number {
  return Math.max(1, Math.floor(room / (flowSide + gap)));
}

export interface ModelLayoutInput {
  readonly rows: readonly ModelRow<HeadFacts>[];
  readonly width: number;
  /** Of the longest name of a layer. */
  readonly layerName: number;
  readonly lineHeight: number;
}

export function layoutModel({ rows, width, layerName, lineHeight }: ModelLayoutInput): ModelLayout {
  const byLayer = rows.some(row => row.of === 'heads' && row.layer !== undefined);
  const left = byLayer ? Math.ceil(layerName) + gap : 0;
  const most = Math.max(1, ...rows.map(row => (row.of === 'heads' ? row.cells.length : 0)));
  const pitch = byLayer ? Math.max(smallest + 2, Math.min(largest + gap, Math.floor((width - left) / most))) : flowSide + gap;
  const side = pitch - (pitch < small ? 2 : gap);
  const captions = !byLayer ? 2 : side >= narrowestCaption ? 1 : 0;
  const heights = rows.map(row => (row.of === 'kind' ? Math.round(lineHeight * 1.8) : row.of === 'numbers' ? lineHeight + 2 : side + captions * lineHeight + gap));
  const tops = [0];
  for (const height of heights) tops.push((tops.at(-1) ?? 0) + height);
  return { side, pitch, left, lineHeight, captions, tops, width: left + most * pitch };
}

/** Rows of which any part can be seen. */
export function rowsInSight({ tops }: ModelLayout, top: number, height: number): { readonly first: number; readonly end: number } {
  const rows = tops.length - 1;
  let first = 0;
  while (first < rows && (tops[first + 1] ?? 0) <= top) first++;
  let end = first;
  while (end < rows && (tops[end] ?? 0) < top + height) end++;
  return { first, end };
}

/** The head at a point of all there is to scroll through, or what stands in its place. */
export function cellAt({ tops, left, pitch, side }: ModelLayout, x: number, y: number): Cell | undefined {
  const row = tops.findIndex((top, index) => y >= top && y < (tops[index + 1] ?? -1));
  const column = Math.floor((x - left) / pitch);
  return row < 0 || column < 0 || (x - left) % pitch > side ? undefined : { row, column };
}

/** Where to scroll so that a row can be seen whole; unchanged where it already can. */
export function revealRow({ tops }: ModelLayout, row: number, top: number, height: number): number {
  // What stands above the first heads comes into sight with them.
  const from = row <= 2 ? 0 : (tops[row] ?? 0);
  return Math.max(0, Math.min(from, Math.max(top, (tops[row + 1] ?? 0) - height)));
}
