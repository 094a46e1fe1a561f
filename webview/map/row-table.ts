/** A map as a table: of each row what it gave most to. As large for a map of thousands as for one of a dozen. */
import { html, nothing, type TemplateResult } from 'lit';
import { one, type AnyMap, type IndexRange } from './data.ts';
import { brief, strongestInRow } from './describe.ts';

const mostRows = 20;
const ranks = ['1st', '2nd', '3rd', '4th', '5th'];

/** The stretch of rows that a row is in. */
export function tableRows(rows: number, row: number): IndexRange {
  const first = Math.floor(Math.max(0, Math.min(row, rows - 1)) / mostRows) * mostRows;
  return { first, end: Math.min(rows, first + mostRows) };
}

/** @param turn shows the stretch with that row */
export function rowTable(map: AnyMap, range: IndexRange, current: number | undefined, turn: (row: number) => void): TemplateResult {
  const { first, end } = range;
  const all = map.rows.length;
  return html`
    <table aria-rowcount=${all + 1}>
      <thead><tr aria-rowindex="1"><th scope="col">Row</th>${ranks.map(rank => html`<th scope="col">${rank}</th>`)}</tr></thead>
      <tbody>${map.rows.slice(first, end).map(({ text }, index) => tableRow(map, first + index, text, first + index === current))}</tbody>
    </table>
    ${all <= mostRows ? nothing : html`<nav aria-label="Rows">
      <button ?disabled=${first === 0} @click=${() => turn(first - mostRows)}>Rows before</button>
      <span aria-live="polite">Rows ${first + 1} to ${end} of ${all}</span>
      <button ?disabled=${end === all} @click=${() => turn(end)}>Rows after</button>
    </nav>`}`;
}

function tableRow(map: AnyMap, row: number, text: string, isCurrent: boolean): TemplateResult {
  const entries = strongestInRow(map, one(row), ranks.length);
  return html`
    <tr aria-rowindex=${row + 2} aria-current=${isCurrent}>
      <th scope="row" dir="auto">${text}</th>
      ${ranks.map((_, rank) => {
        const entry = entries[rank];
        return html`<td>${entry === undefined ? nothing : html`<bdi>${entry.label}</bdi> <span class="number">${brief(entry)}</span>`}</td>`;
      })}
    </tr>`;
}
