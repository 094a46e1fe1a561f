/** Every head of a model as a table, in the order and of the choice that the picture has: what it does, and what was measured of it. */
import { css, html } from 'lit';
import type { HeadFacts } from '../../../protocol/inspection.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import type { PagedTable } from '../../map/paged-table.ts';
import { headName } from '../names.ts';
import { headOrders, isSameHead, valueOf, type HeadId, type ModelRow } from './arrange.ts';
import { measureNames, nameAmong, rolesOf, valueText } from './facts.ts';

/** @param use what pressing its name is for; with Shift, the others are to be compared with it */
export function headTable(rows: readonly ModelRow<HeadFacts>[], chosen: readonly HeadId[], use: (head: HeadId, isShifted: boolean) => void): PagedTable {
  const heads = rows.flatMap(row => (row.of === 'heads' ? row.cells.filter(head => head !== undefined) : []));
  const severalKinds = rows.some(({ of }) => of === 'kind');
  // Of an order without values, and of what no head has, there is nothing to tell.
  const measured = headOrders.filter(order => heads.some(head => valueOf(head, order) !== undefined));
  return {
    label: 'Heads: what each does, and what was measured of it',
    heading: 'Head',
    columns: ['What it does', ...measured.map(order => measureNames[order]), ...(severalKinds ? ['Attention'] : [])],
    count: heads.length,
    row: index => {
      const head = heads[index];
      if (head === undefined) return { name: '', cells: [], isCurrent: false };
      return {
        name: html`<button class="open" aria-label=${nameAmong(head, severalKinds)} @click=${({ shiftKey }: MouseEvent) => use(head, shiftKey)}>${headName(head)}</button>`,
        cells: [rolesOf(head).join(', '), ...measured.map(order => html`<span class="number">${valueText(head, order)}</span>`), ...(severalKinds ? [kindNames[head.kind].long] : [])],
        isCurrent: chosen.some(one => isSameHead(one, head)),
      };
    },
  };
}

export const headTableStyles = css`
  .table .open { padding: 0; color: var(--vscode-textLink-foreground, inherit); background: none; border-color: transparent; cursor: pointer; }
  .table .open:hover { text-decoration: underline; }
`;
