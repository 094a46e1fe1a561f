/** What a map is drawn from, whatever its rows and columns stand for. */
import { strengthOn, type MapScale, type Reach } from '../../protocol/map-scale.ts';
import type { CellWindow } from './cell-window.ts';
import { valueIn, windowAt } from './cell-window.ts';

export interface MapLabel {
  readonly text: string;
  /** A token that stands for no text, `</s>` say. */
  readonly special: boolean;
  /** As the vocabulary has it, told in tooltips. */
  readonly raw?: string;
  /** Of a difference: the map that alone has it. */
  readonly only?: 'map' | 'minus';
}

interface MapSides {
  /** Queries: what looked; of a classification the pooling's heads and the labels, or words. */
  readonly rows: readonly MapLabel[];
  /** Keys: what was looked at. */
  readonly columns: readonly MapLabel[];
  /** What rows are called, and columns; left out where the page says it. */
  readonly names?: { readonly rows: string; readonly columns: string };
  /** The weight that shows at full strength, where even the largest is small; 1 if left out. */
  readonly full?: number;
  /** The scale that it is drawn on, linear if left out; and what 99 of 100 of its weights do not exceed. */
  readonly scale?: MapScale;
  readonly strong?: number;
  /** What a weight is and what normalises it, for the legend; a share of attention if left out. */
  readonly measure?: string;
  /**
   * Rows from `first` on are evidence: above 0 for something, below 0 against it; `full` shows at full strength. `isDifference`:
   * they are how much more one map has than another.
   */
  readonly evidence?: { readonly first: number; readonly full: number; readonly isDifference?: true };
  /** Of each row the share that went to nothing in the columns: what was written before. */
  readonly elsewhere?: readonly number[];
}

/** A map that is known whole. */
export interface MapData extends MapSides {
  /** `[row][column]`, each in 0…1, but for evidence. */
  readonly weights: readonly Float32Array[];
}

/** A map that is known in windows, each as fine as it was asked for. */
export interface MapWindows extends MapSides {
  /** A later one lies over those before it: what is finest comes last. */
  readonly windows: readonly CellWindow[];
}

export type AnyMap = MapData | MapWindows;

export interface MapCell {
  readonly row: number;
  readonly column: number;
}

/** A row, a column, a cell (both), or a stretch of rows or columns: the tokens of one word. */
export interface MapFocus {
  readonly rows: IndexRange | undefined;
  readonly columns: IndexRange | undefined;
}

/** Indices `[first, end)`. */
export interface IndexRange {
  readonly first: number;
  readonly end: number;
}

export const noFocus: MapFocus = { rows: undefined, columns: undefined };

export function one(index: number): IndexRange {
  return { first: index, end: index + 1 };
}

export function within(range: IndexRange | undefined, index: number): boolean {
  return range !== undefined && index >= range.first && index < range.end;
}

export function count(range: IndexRange): number {
  return range.end - range.first;
}

/** The weight of a cell; 0 where there is none, the furthest from 0 where several are known as one. */
export function weightAt(map: AnyMap, row: number, column: number): number {
  if ('weights' in map) return map.weights[row]?.[column] ?? 0;
  const window = windowAt(map.windows, row, column);
  return window === undefined ? 0 : valueIn(window, row, column, fullOf(map, row), isEvidence(map, row));
}

/** How well a weight is known: to the last digit, to the byte, or only that none of several is further from 0. */
export type Certainty = 'exact' | 'rounded' | 'furthest';

export function certaintyAt(map: AnyMap, row: number, column: number): Certainty {
  if ('weights' in map) return 'exact';
  const window = windowAt(map.windows, row, column);
  if (window === undefined) return 'rounded';
  if (window.step.rows > 1 || window.step.columns > 1) return 'furthest';
  return window.values === 'floats' ? 'exact' : 'rounded';
}

export function isEvidence(map: AnyMap, row: number): boolean {
  return map.evidence !== undefined && row >= map.evidence.first;
}

/** The weight that shows at full strength in a row. */
export function fullOf(map: AnyMap, row: number): number {
  return (isEvidence(map, row) ? map.evidence?.full : map.full) ?? 1;
}

/** How far the weights of a row may be from 0. */
export function reachOf(map: AnyMap, row: number): Reach {
  const full = fullOf(map, row);
  return { full, strong: map.strong ?? full };
}

/** How strongly a cell shows, -1…1; below 0 against. */
export function strengthAt(map: AnyMap, row: number, column: number): number {
  return strengthOn(map.scale ?? 'linear', weightAt(map, row, column), reachOf(map, row));
}

/** The strength furthest from nothing among these cells. */
export function strongestOf(map: AnyMap, rows: IndexRange, columns: IndexRange): number {
  let strongest = 0;
  for (let row = rows.first; row < rows.end; row++) {
    for (let column = columns.first; column < columns.end; column++) {
      const strength = strengthAt(map, row, column);
      if (Math.abs(strength) > Math.abs(strongest)) strongest = strength;
    }
  }
  return strongest;
}

/** The largest weight that any of these rows gives to this column, or of these columns in this row. */
export function strongest(map: AnyMap, rows: IndexRange, columns: IndexRange): number {
  let largest = 0;
  for (let row = rows.first; row < rows.end; row++) {
    for (let column = columns.first; column < columns.end; column++) {
      largest = Math.max(largest, weightAt(map, row, column));
    }
  }
  return largest;
}
