/** Moving through a map with the keyboard, as in any grid (WAI-ARIA Authoring Practices, "Grid"). */
import type { MapCell } from './data.ts';

export interface Move {
  readonly cell: MapCell;
  /** Along which axis the user moved: the row or the column is what they now point at. */
  readonly axis: 'row' | 'column';
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that can be seen at once. */
  readonly page: number;
}

/** Where a key leads from `cell` (from the first cell where there is none yet); `undefined` for any other key. */
export function moveCell(cell: MapCell | undefined, key: string, control: boolean, size: GridSize): Move | undefined {
  const axis = axisOf(key, control);
  if (axis === undefined || size.rows === 0 || size.columns === 0) return undefined;
  if (cell === undefined && key.startsWith('Arrow')) return { cell: { row: 0, column: 0 }, axis };
  const from = cell ?? { row: 0, column: 0 };
  const [count, index] = axis === 'row' ? [size.rows, from.row] : [size.columns, from.column];
  const to = Math.max(0, Math.min(count - 1, target(key, index, count, size.page)));
  return { cell: axis === 'row' ? { ...from, row: to } : { ...from, column: to }, axis };
}

function axisOf(key: string, control: boolean): 'row' | 'column' | undefined {
  switch (key) {
    case 'ArrowUp': case 'ArrowDown': case 'PageUp': case 'PageDown': return 'row';
    case 'ArrowLeft': case 'ArrowRight': return 'column';
    case 'Home': case 'End': return control ? 'row' : 'column';
    default: return undefined;
  }
}

function target(key: string, index: number, count: number, page: number): number {
  switch (key) {
    case 'ArrowUp': case 'ArrowLeft': return index - 1;
    case 'ArrowDown': case 'ArrowRight': return index + 1;
    case 'PageUp': return index - Math.max(1, page);
    case 'PageDown': return index + Math.max(1, page);
    case 'Home': return 0;
    default: return count - 1;
  }
}
