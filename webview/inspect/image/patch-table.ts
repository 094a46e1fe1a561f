/** What each patch got, as a table that stands as the patches do. */
import { html } from 'lit';
import type { PatchGrid } from '../../image/patch-grid.ts';
import { brief } from '../../map/describe.ts';
import type { PagedTable } from '../../map/paged-table.ts';

/** @param patch the one that is pointed at */
export function patchTable(grid: PatchGrid, weights: readonly number[], patch: number | undefined, label: string): PagedTable {
  const columns = Array.from({ length: grid.columns }, (_, column) => column);
  return {
    label,
    heading: 'Row',
    columns: columns.map(column => `Column ${column + 1}`),
    count: grid.rows,
    row: row => ({
      name: String(row + 1),
      cells: columns.map(column => {
        const weight = weights[grid.indexOf({ row, column }) ?? -1];
        return weight === undefined ? undefined : html`<span class="number">${brief({ weight, isEvidence: false })}</span>`;
      }),
      isCurrent: patch !== undefined && grid.cellOf(patch)?.row === row,
    }),
  };
}
