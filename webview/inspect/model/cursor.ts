/** Moving through the heads with the keyboard, as in any grid (WAI-ARIA Authoring Practices, "Grid"). */
import type { HeadFacts } from '../../../protocol/inspection.ts';
import type { ModelRow } from './arrange.ts';
import type { Cell } from './layout.ts';

type Rows = readonly ModelRow<HeadFacts>[];

/** Where a key leads from a head; `undefined` for any other key. @param page rows that can be seen */
export function moveHead(rows: Rows, from: Cell, key: string, control: boolean, page: number): Cell | undefined {
  switch (key) {
    case 'ArrowLeft': return along(rows, from, -1);
    case 'ArrowRight': return along(rows, from, 1);
    case 'ArrowUp': return down(rows, from, -1, 1);
    case 'ArrowDown': return down(rows, from, 1, 1);
    case 'PageUp': return down(rows, from, -1, page);
    case 'PageDown': return down(rows, from, 1, page);
    case 'Home': return control ? firstCell(rows) : (edge(rows, from.row, 'first') ?? from);
    case 'End': return control ? lastCell(rows) : (edge(rows, from.row, 'last') ?? from);
    default: return undefined;
  }
}

export function firstCell(rows: Rows): Cell | undefined {
  return rows.map((_, row) => edge(rows, row, 'first')).find(cell => cell !== undefined);
}

function lastCell(rows: Rows): Cell | undefined {
  return rows.map((_, row) => edge(rows, row, 'last')).findLast(cell => cell !== undefined);
}

export function headAt<Head extends HeadFacts>(rows: readonly ModelRow<Head>[], cell: Cell | undefined): Head | undefined {
  const row = cell === undefined ? undefined : rows[cell.row];
  return row?.of === 'heads' ? row.cells[cell?.column ?? 0] : undefined;
}

/** The next head in its row, over gaps. */
function along(rows: Rows, { row, column }: Cell, by: -1 | 1): Cell {
  const at = rows[row];
  const cells = at?.of === 'heads' ? at.cells : [];
  for (let next = column + by; next >= 0 && next < cells.length; next += by) if (cells[next] !== undefined) return { row, column: next };
  return { row, column };
}

/** So many rows on that have a head, to the one nearest to its column. */
function down(rows: Rows, from: Cell, by: -1 | 1, steps: number): Cell {
  let at = from;
  let left = Math.max(1, steps);
  for (let row = from.row + by; row >= 0 && row < rows.length && left > 0; row += by) {
    const column = nearest(rows, row, from.column);
    if (column === undefined) continue;
    at = { row, column };
    left--;
  }
  return at;
}

function nearest(rows: Rows, row: number, column: number): number | undefined {
  const at = rows[row];
  if (at?.of !== 'heads') return undefined;
  const there = at.cells.flatMap((head, index) => (head === undefined ? [] : [index]));
  return there.toSorted((one, other) => Math.abs(one - column) - Math.abs(other - column))[0];
}

function edge(rows: Rows, row: number, which: 'first' | 'last'): Cell | undefined {
  const at = rows[row];
  if (at?.of !== 'heads') return undefined;
  const column = which === 'first' ? at.cells.findIndex(head => head !== undefined) : at.cells.findLastIndex(head => head !== undefined);
  return column < 0 ? undefined : { row, column };
}
