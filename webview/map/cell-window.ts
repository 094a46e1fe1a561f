/** Windows of a map, as the worker tells them: bytes or floats, each for one cell or for several that became one. */
import type { MapWindow } from '../../protocol/inspection.ts';
import { byteOf, shareOf } from '../../protocol/map-bytes.ts';
import { scaleFor, type ChosenScale, type Reach } from '../../protocol/map-scale.ts';
import type { IndexRange, MapWindows } from './data.ts';

/** A `MapWindow` whose cells are numbers. */
export type CellWindow = Pick<MapWindow, 'rows' | 'columns' | 'step'> & (
  | { readonly values: 'bytes'; readonly cells: Uint8Array }
  | { readonly values: 'floats'; readonly cells: Float32Array }
);

/** Window cells in a row of it; the last may stand for fewer columns than the others. */
export function across({ columns, step }: CellWindow): number {
  return Math.ceil((columns.end - columns.first) / step.columns);
}

/** Window cells in a column of it. */
export function down({ rows, step }: CellWindow): number {
  return Math.ceil((rows.end - rows.first) / step.rows);
}

/** The uppermost window with a cell in it. */
export function windowAt(windows: readonly CellWindow[], row: number, column: number): CellWindow | undefined {
  for (let at = windows.length - 1; at >= 0; at--) {
    const window = windows[at];
    if (window === undefined) continue;
    const { rows, columns } = window;
    if (row >= rows.first && row < rows.end && column >= columns.first && column < columns.end) return window;
  }
  return undefined;
}

/** @param full what shows at full strength */
export function valueIn(window: CellWindow, row: number, column: number, full: number, isSigned: boolean): number {
  const { rows, columns, step, cells, values } = window;
  const at = Math.floor((row - rows.first) / step.rows) * across(window) + Math.floor((column - columns.first) / step.columns);
  const value = cells[at] ?? 0;
  if (values === 'floats') return value;
  return shareOf(value, isSigned) * full;
}

/** A window that says what it is part of. */
export type ToldWindow = CellWindow & Pick<MapWindow, 'isSigned' | 'full' | 'strong' | 'labels'>;

/**
 * One map of several windows of it, the coarsest first; what was told with the first of them that has labels holds for all.
 *
 * @param measure what a weight is and what normalises it
 * @param chosen the scale that it is drawn on
 * @param shared what a map beside it reaches, on whose scale it is drawn, too; left out, what it reaches itself
 * @throws TypeError where none has labels: the first that is asked for must be of all rows and columns
 */
export function mapOfWindows(windows: readonly ToldWindow[], measure: string, chosen: ChosenScale = 'linear', shared?: Reach): MapWindows {
  const base = windows.find(({ labels }) => labels !== undefined);
  if (base?.labels === undefined) throw new TypeError('One of the windows must have labels.');
  const { rows, columns } = base.labels;
  const { full, strong } = base.isSigned ? base : (shared ?? base);
  const drawn = { rows, columns, measure, strong, scale: scaleFor(chosen, { full, strong }) };
  if (base.isSigned) return { ...drawn, windows, evidence: { first: 0, full, isDifference: true } };
  return { ...drawn, windows: windows.map(window => scaled(window, full)), full };
}

/** A window whose bytes are shares of another weight. */
function scaled(window: ToldWindow, full: number): ToldWindow {
  if (window.values === 'floats' || window.full === full) return window;
  return { ...window, full, cells: window.cells.map(byte => byteOf((shareOf(byte, false) * window.full) / full, false)) };
}

/** What can be seen of a map, and how many cells of it a screen can tell apart. */
export interface MapDetail {
  readonly rows: IndexRange;
  readonly columns: IndexRange;
  /** As `MapParams.most`: no more can be seen. */
  readonly most: { readonly rows: number; readonly columns: number };
  /** A cell's size in CSS pixels: where tokens can't be told, words or sentences may. */
  readonly cell: { readonly width: number; readonly height: number };
}

/** Whether what is known of a map is as fine as can be seen. */
export function isEnough({ windows }: MapWindows, { rows, columns, most }: MapDetail): boolean {
  const isFine = (range: IndexRange, step: number, cells: number): boolean => step <= Math.max(1, Math.ceil((range.end - range.first) / cells));
  return windows.some(window =>
    window.rows.first <= rows.first && window.rows.end >= rows.end && window.columns.first <= columns.first && window.columns.end >= columns.end &&
    isFine(rows, window.step.rows, most.rows) && isFine(columns, window.step.columns, most.columns));
}
