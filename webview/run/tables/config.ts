/** With what the runs were asked for, a column a run; rows that differ are marked. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { counted } from '../../../protocol/quantities.ts';
import type { ShownRun } from '../../../protocol/run-page.ts';
import type { RunDetails } from '../../../protocol/runs.ts';
import { configRows } from './config-rows.ts';

export function configTable(runs: readonly ShownRun[], details: ReadonlyMap<string, RunDetails>, onlyDifferences: boolean, toggle: () => void): TemplateResult {
  const rows = configRows(runs.map(({ folder }) => details.get(folder)));
  const different = rows.filter(({ isDifferent }) => isDifferent).length;
  const isCompared = runs.length > 1;
  const shown = isCompared && onlyDifferences ? rows.filter(({ isDifferent }) => isDifferent) : rows;
  return html`
    ${isCompared ? html`
      <div class="config-bar">
        <label><input type="checkbox" .checked=${onlyDifferences} @change=${toggle}> Only differences</label>
        <span role="status">${different === 0 ? 'All settings are the same.' : `${counted(different, 'setting')} ${different === 1 ? 'differs' : 'differ'}.`}</span>
      </div>` : nothing}
    <table class="config">
      <thead><tr><th scope="col">Setting</th>${runs.map(({ name, folder }) => html`<th scope="col" title=${folder}>${name}</th>`)}</tr></thead>
      <tbody>${shown.map(({ key, values, isDifferent }) => html`
        <tr class=${isCompared && isDifferent ? 'different' : ''}>
          <th scope="row">${isCompared && isDifferent ? html`<span class="mark" title="Differs">≠</span>` : nothing}${key}</th>
          ${values.map(value => html`<td>${value ?? html`<span class="absent">–</span>`}</td>`)}
        </tr>`)}
      </tbody>
    </table>`;
}

export const tableStyles = css`
  .config-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 20px; padding-top: 10px; }
  .config-bar label { display: flex; align-items: center; gap: 6px; }
  .config-bar span { color: var(--map-muted); }
  .config-bar input { accent-color: var(--vscode-focusBorder); }
  .config { border-collapse: collapse; margin-top: 8px; line-height: 1.45; width: fit-content; max-width: 100%; }
  .config th, .config td { padding: 2px 24px 2px 8px; text-align: start; vertical-align: top; overflow-wrap: anywhere; user-select: text; }
  .config thead th { position: sticky; top: 0; background: var(--vscode-editor-background); color: var(--map-muted); font-weight: normal; border-bottom: 1px solid var(--line); }
  .config tbody th { font-weight: normal; color: var(--map-muted); position: relative; padding-inline-start: 18px; }
  .config td { font-variant-numeric: tabular-nums; }
  .config .different th { color: var(--vscode-foreground); }
  .config .different td { font-weight: 600; }
  .config .different { background: color-mix(in srgb, var(--attention-colour) 12%, transparent); }
  .config .mark { position: absolute; inset-inline-start: 4px; color: var(--vscode-foreground); }
  .config .absent { color: var(--map-muted); }
`;
