/** A table that is as large for thousands of rows as for a dozen: it shows a stretch of them, and turns to the next. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { toggleStyles } from '../panel/toggle.styles.ts';
import type { IndexRange } from './data.ts';

const mostRows = 20;

export interface TableRow {
  /** What it is a row of: a text, or something to press. */
  readonly name: string | TemplateResult;
  readonly cells: readonly (string | TemplateResult | undefined)[];
  readonly isCurrent: boolean;
}

export interface PagedTable {
  /** What it tells. */
  readonly label: string;
  /** What the names of its rows are, and what stands in its columns. */
  readonly heading: string;
  readonly columns: readonly string[];
  readonly count: number;
  readonly row: (index: number) => TableRow;
}

/** The stretch of rows that a row is in. */
export function tableRows(rows: number, row: number): IndexRange {
  const first = Math.floor(Math.max(0, Math.min(row, rows - 1)) / mostRows) * mostRows;
  return { first, end: Math.min(rows, first + mostRows) };
}

/**
 * @param at a row of the stretch that is shown
 * @param turn shows the stretch with that row
 */
export function pagedTable({ label, heading, columns, count, row }: PagedTable, at: number, turn: (row: number) => void): TemplateResult {
  const { first, end } = tableRows(count, at);
  return html`
    <div class="table" role="group" aria-label=${label} tabindex="0">
      <table aria-rowcount=${count + 1}>
        <thead><tr aria-rowindex="1"><th scope="col">${heading}</th>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead>
        <tbody>${Array.from({ length: end - first }, (_, index) => tableRow(row(first + index), first + index))}</tbody>
      </table>
      ${count <= mostRows ? nothing : html`<nav aria-label="Rows">
        <button ?disabled=${first === 0} @click=${() => turn(first - mostRows)}>Rows before</button>
        <span aria-live="polite">Rows ${first + 1} to ${end} of ${count}</span>
        <button ?disabled=${end === count} @click=${() => turn(end)}>Rows after</button>
      </nav>`}
    </div>`;
}

function tableRow({ name, cells, isCurrent }: TableRow, index: number): TemplateResult {
  return html`
    <tr aria-rowindex=${index + 2} aria-current=${isCurrent}>
      <th scope="row" dir="auto">${name}</th>
      ${cells.map(cell => html`<td>${cell ?? nothing}</td>`)}
    </tr>`;
}

export const tableStyles = css`
  ${toggleStyles}
  .table { flex: 0 1 auto; min-width: 0; min-height: 0; overflow: auto; }
  .table:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  .table table { border-collapse: collapse; }
  .table th, .table td { padding: 2px 14px 2px 0; text-align: start; font-weight: normal; white-space: nowrap; }
  .table thead th { color: var(--map-muted); }
  /* What a row is of stays in sight. */
  .table tr { --row: transparent; }
  .table tr > :first-child { position: sticky; inset-inline-start: 0; background: linear-gradient(var(--row), var(--row)), var(--map-background); }
  .table tbody th { max-width: 180px; overflow: hidden; text-overflow: ellipsis; font-weight: 600; }
  .table .number { color: var(--map-muted); font-variant-numeric: tabular-nums; }
  .table [aria-current='true'] { --row: var(--map-band); background: var(--row); }
  .table nav { position: sticky; inset-inline-start: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; width: fit-content; padding: 6px 0 2px; }
  .table button {
    padding: 2px 8px;
    font: inherit;
    color: var(--vscode-button-secondaryForeground, var(--vscode-foreground));
    background: var(--vscode-button-secondaryBackground, transparent);
    border: 1px solid var(--vscode-button-border, var(--map-edge));
    border-radius: 2px;
  }
  .table button:disabled { opacity: 0.5; }
  .table button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
`;
