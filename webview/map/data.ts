/** What a map is drawn from, whatever its rows and columns stand for. */

export interface MapLabel {
  readonly text: string;
  /** A token that stands for no text, `</s>` say. */
  readonly special: boolean;
}

export interface MapData {
  /** Queries: what looked; of a classification the pooling's heads and the labels, or words. */
  readonly rows: readonly MapLabel[];
  /** Keys: what was looked at. */
  readonly columns: readonly MapLabel[];
  /** `[row][column]`, each in 0…1, but for evidence. */
  readonly weights: readonly Float32Array[];
  /** The weight that shows at full strength, where even the largest is small; 1 if left out. */
  readonly full?: number;
  /**
   * Rows from `first` on are evidence: above 0 for something, below 0 against it; `full` shows at full strength. `isDifference`:
   * they are how much more one map has than another.
   */
  readonly evidence?: { readonly first: number; readonly full: number; readonly isDifference?: true };
  /** Of each row the share that went to nothing in the columns: what was written before. */
  readonly elsewhere?: readonly number[];
}

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

/** The weight of a cell; 0 where there is none. */
export function weightAt(data: MapData, row: number, column: number): number {
  return data.weights[row]?.[column] ?? 0;
}

export function isEvidence(data: MapData, row: number): boolean {
  return data.evidence !== undefined && row >= data.evidence.first;
}

/** How strongly a cell shows, -1…1; below 0 against. */
export function strengthAt(data: MapData, row: number, column: number): number {
  const full = isEvidence(data, row) ? data.evidence?.full : data.full;
  return Math.max(-1, Math.min(1, weightAt(data, row, column) / (full ?? 1)));
}

/** The strength furthest from nothing among these cells. */
export function strongestOf(data: MapData, rows: IndexRange, columns: IndexRange): number {
  let strongest = 0;
  for (let row = rows.first; row < rows.end; row++) {
    for (let column = columns.first; column < columns.end; column++) {
      const strength = strengthAt(data, row, column);
      if (Math.abs(strength) > Math.abs(strongest)) strongest = strength;
    }
  }
  return strongest;
}

/** The largest weight that any of these rows gives to this column, or of these columns in this row. */
export function strongest(data: MapData, rows: IndexRange, columns: IndexRange): number {
  let largest = 0;
  for (let row = rows.first; row < rows.end; row++) {
    for (let column = columns.first; column < columns.end; column++) {
      largest = Math.max(largest, weightAt(data, row, column));
    }
  }
  return largest;
}
