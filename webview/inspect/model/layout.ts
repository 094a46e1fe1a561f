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
/** As large as they grow where not all rows can be seen at once, and where they can. */
const large = 88;
const largest = 180;
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

/** About what a row needs besides its heads, and a layer's name beside them. */
const aroundRow = 22;
const aroundNames = 60;

/**
 * How many heads of a layer stand beside each other, so that heads are as large as they can be and still all be seen: of few layers with
 * many heads, half of them or a third.
 */
export function headsBeside(heads: number, layers: number, { width, height }: { readonly width: number; readonly height: number }): number {
  const side = (beside: number): number => {
    const rows = layers * Math.ceil(heads / beside);
    return Math.min(largest, (width - aroundNames) / beside - gap, height / rows - aroundRow);
  };
  const choices = [1, 2, 3, 4].map(parts => Math.max(1, Math.ceil(heads / parts)));
  return choices.reduce((best, beside) => (side(beside) > side(best) + gap ? beside : best));
}

export interface ModelLayoutInput {
  readonly rows: readonly ModelRow<HeadFacts>[];
  readonly width: number;
  /** In which all rows are to be seen, if they can be and still be large. */
  readonly height: number;
  /** Of the longest name of a layer. */
  readonly layerName: number;
  readonly lineHeight: number;
}

export function layoutModel({ rows, width, height, layerName, lineHeight }: ModelLayoutInput): ModelLayout {
  const byLayer = rows.some(row => row.of === 'heads' && row.layer !== undefined);
  const left = byLayer ? Math.ceil(layerName) + gap : 0;
  const most = Math.max(1, ...rows.map(row => (row.of === 'heads' ? row.cells.length : 0)));
  const others = rows.reduce((sum, row) => sum + (row.of === 'heads' ? lineHeight + gap : heightOf(row.of, lineHeight)), 0);
  const grown = Math.min(largest, (height - others) / Math.max(1, rows.filter(row => row.of === 'heads').length));
  // Heads in parts stand so that all can be seen.
  const isInParts = rows.some(row => row.of === 'numbers' && row.first > 0);
  const pitch = byLayer ? Math.max(smallest + 2, Math.floor(Math.min((isInParts ? grown : Math.max(large, grown)) + gap, (width - left) / most))) : flowSide + gap;
  const side = pitch - (pitch < small ? 2 : gap);
  const captions = !byLayer ? 2 : side >= narrowestCaption ? 1 : 0;
  const heights = rows.map(row => (row.of === 'heads' ? side + captions * lineHeight + gap : heightOf(row.of, lineHeight)));
  const tops = [0];
  for (const height of heights) tops.push((tops.at(-1) ?? 0) + height);
  return { side, pitch, left, lineHeight, captions, tops, width: left + most * pitch };
}

function heightOf(of: 'kind' | 'numbers', lineHeight: number): number {
  return of === 'kind' ? Math.round(lineHeight * 1.8) : lineHeight + 2;
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
