/** Where everything of a map stands. All lengths are CSS pixels; nothing here touches the page. */
import type { IndexRange } from './data.ts';
import { cellSize, wholeCell, type Zoom } from './zoom.ts';

export interface LayoutInput {
  readonly rows: number;
  readonly columns: number;
  /** Width of the widest row label and of the widest column label. */
  readonly rowLabel: number;
  readonly columnLabel: number;
  readonly lineHeight: number;
  /** Room that the map may take before it scrolls. */
  readonly room: Size;
  readonly zoom: Zoom;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

export interface MapLayout {
  readonly rows: number;
  readonly columns: number;
  /** Width of the row labels' strip, height of the column labels' strip: both stay in place while the rest scrolls. */
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Whether column labels rise at 45°, since they are wider than a column. */
  readonly slanted: boolean;
  /** Longest that a label may be drawn, before it is cut with an ellipsis. */
  readonly rowLabelLimit: number;
  readonly columnLabelLimit: number;
  /** Rows and columns that are nearer to each other than this can't both have their labels. */
  readonly rowPitch: number;
  readonly columnPitch: number;
  /** Size of the whole map. */
  readonly width: number;
  readonly height: number;
  /** The zoom at which the whole map can be seen, at most 1; and what the map is drawn at. */
  readonly least: number;
  readonly zoom: number;
}

export interface Scroll {
  readonly left: number;
  readonly top: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Space between a label and the cells. */
export const labelGap = 8;
/** Labels' strip at the least, so that the cells do not wander off while the first rows arrive. */
const narrowestRowLabel = 48;
export const narrowestCell = 20;
const widestCell = 44;
const longestColumnLabel = 120;
const diagonal = Math.SQRT1_2;

export function layoutMap(input: LayoutInput): MapLayout {
  const { rows, columns, room, lineHeight, ratio } = input;
  const rowLabelLimit = Math.min(Math.max(input.rowLabel, narrowestRowLabel), Math.max(56, room.width * 0.3), 180);
  const left = Math.ceil(rowLabelLimit) + labelGap + 4;

  const upright = Math.floor((room.width - left - 2) / Math.max(1, columns));
  const slanted = input.columnLabel + labelGap > Math.min(upright, widestCell * 2);
  const columnLabelLimit = slanted ? Math.min(input.columnLabel, longestColumnLabel, room.width * 0.3) : input.columnLabel;
  // A slanted label of the last column hangs over to the right by its length's projection.
  const right = slanted ? Math.ceil((columnLabelLimit + lineHeight / 2) * diagonal) : 2;
  const top = slanted
    ? Math.ceil((columnLabelLimit + lineHeight) * diagonal) + labelGap
    : lineHeight + labelGap;

  const free = { width: room.width - left - right, height: room.height - top - 2 };
  const share = Math.floor(free.width / Math.max(1, columns));
  const natural = { width: clamp(share, narrowestCell, slanted ? widestCell : widestCell * 2), height: Math.round(lineHeight * 1.45) };
  const whole = wholeCell({ rows, columns }, natural, free);
  const { cell, least, zoom } = cellSize(natural, whole, input.zoom, ratio);
  return {
    rows, columns, left, top, cellWidth: cell.width, cellHeight: cell.height, slanted, rowLabelLimit, columnLabelLimit,
    rowPitch: lineHeight, columnPitch: slanted ? narrowestCell : input.columnLabel + labelGap,
    width: Math.ceil(left + columns * cell.width + right),
    height: Math.ceil(top + rows * cell.height + 2),
    least, zoom,
  };
}

/** The rows and columns of which any part can be seen. */
export function visibleCells(layout: MapLayout, scroll: Scroll, viewport: Size): { rows: IndexRange; columns: IndexRange } {
  const span = (offset: number, length: number, cell: number, count: number): IndexRange => {
    const first = clamp(Math.floor(offset / cell), 0, count);
    return { first, end: clamp(Math.ceil((offset + Math.max(0, length)) / cell), first, count) };
  };
  return {
    rows: span(scroll.top, viewport.height - layout.top, layout.cellHeight, layout.rows),
    columns: span(scroll.left, viewport.width - layout.left, layout.cellWidth, layout.columns),
  };
}

/** How many columns to the left of the first visible one have labels that lean into view. */
export function leaningColumns(layout: MapLayout): number {
  return layout.slanted ? Math.ceil((layout.columnLabelLimit * diagonal) / layout.cellWidth) + 1 : 0;
}

/** What stands at a point of the viewport: a cell, or only its row (on a row label) or column (on a column label). */
export function hitTest(layout: MapLayout, scroll: Scroll, x: number, y: number): { row: number | undefined; column: number | undefined } {
  const inside = (index: number, count: number): number | undefined => (index >= 0 && index < count ? index : undefined);
  const rowAt = inside(Math.floor((y - layout.top + scroll.top) / layout.cellHeight), layout.rows);
  if (y < layout.top) {
    // A slanted label leans right by as much as it rises.
    const lean = layout.slanted ? layout.top - y : 0;
    const column = inside(Math.floor((x - lean - layout.left + scroll.left) / layout.cellWidth), layout.columns);
    return { row: undefined, column: x - lean < layout.left ? undefined : column };
  }
  if (x < layout.left) return { row: rowAt, column: undefined };
  const column = inside(Math.floor((x - layout.left + scroll.left) / layout.cellWidth), layout.columns);
  return rowAt === undefined || column === undefined ? { row: undefined, column: undefined } : { row: rowAt, column };
}

/** Where to scroll so that a row or column can be seen whole; unchanged where it already can. */
export function reveal(layout: MapLayout, scroll: Scroll, viewport: Size, row: number | undefined, column: number | undefined): Scroll {
  const along = (now: number, index: number | undefined, cell: number, room: number): number => {
    if (index === undefined) return now;
    return Math.max(0, Math.min(index * cell, Math.max(now, (index + 1) * cell - room)));
  };
  return {
    left: along(scroll.left, column, layout.cellWidth, viewport.width - layout.left),
    top: along(scroll.top, row, layout.cellHeight, viewport.height - layout.top),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
