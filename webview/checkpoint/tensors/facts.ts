/** Lines of facts, and what a checkpoint is as a whole. */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { CheckpointSummary, DtypeShare, Fact, Port } from '../../../protocol/checkpoint.ts';
import { bytesText, countText } from '../../../protocol/quantities.ts';
import { shapeText } from '../format.ts';

/** More than these stand behind a line that opens. */
const mostAtOnce = 14;

export interface FactLine extends Fact {
  /** It ought not to be so. */
  readonly isAlarming?: boolean;
}

export function facts(lines: readonly FactLine[]): TemplateResult {
  const list = (some: readonly FactLine[]): TemplateResult => html`
    <dl>${some.map(({ label, value, isAlarming }) => html`<div class=${isAlarming === true ? 'alarming' : ''}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
  return folded(lines, list);
}

/** Element types, each with how much there is of it. */
export function dtypeTable(shares: readonly DtypeShare[]): TemplateResult {
  const bytes = shares.reduce((sum, share) => sum + share.bytes, 0);
  return html`
    <table class="dtypes">
      <thead><tr><th>Type</th><th>Tensors</th><th>Elements</th><th>Size</th></tr></thead>
      <tbody>${shares.map(share => html`
        <tr>
          <td>${share.dtype}</td><td>${countText(share.tensors)}</td><td>${countText(share.elements)}</td><td>${bytesText(share.bytes)}</td>
        </tr>
        <tr class="share" aria-hidden="true"><td colspan="4"><svg viewBox="0 0 100 1" preserveAspectRatio="none">
          ${svg`<rect class="full" width="100" height="1"/><rect class="part" width=${bytes > 0 ? (100 * share.bytes) / bytes : 0} height="1"/>`}
        </svg></td></tr>`)}
      </tbody>
    </table>`;
}

/** The checkpoint as a whole: what stands beside the tree while nothing in it is chosen. */
export function overview({ facts: lines, inputs, outputs, parameters }: CheckpointSummary): TemplateResult {
  return html`
    ${lines.length === 0 ? nothing : html`<h2>About</h2>${facts(lines)}`}
    ${parameters.length === 0 ? nothing : html`<h2>Parameters</h2>${dtypeTable(parameters)}`}
    ${inputs.length === 0 ? nothing : html`<h2>Inputs</h2>${ports(inputs)}`}
    ${outputs.length === 0 ? nothing : html`<h2>Outputs</h2>${ports(outputs)}`}`;
}

function ports(all: readonly Port[]): TemplateResult {
  return folded(all, some => html`
    <ul class="ports">${some.map(({ name, dtype, shape }) => html`
      <li><span class="port">${name}</span> <span class="quiet">${dtype}${shape.length === 0 ? '' : ` ${shapeText(shape)}`}</span></li>`)}
    </ul>`);
}

function folded<Item>(items: readonly Item[], list: (some: readonly Item[]) => TemplateResult): TemplateResult {
  if (items.length <= mostAtOnce) return list(items);
  const rest = items.slice(mostAtOnce - 2);
  return html`${list(items.slice(0, mostAtOnce - 2))}<details><summary>${rest.length} more</summary>${list(rest)}</details>`;
}

export const factStyles = css`
  dl { margin: 0; }
  dl > div { display: grid; grid-template-columns: minmax(84px, 34%) minmax(0, 1fr); gap: 8px; padding: 2px 0; line-height: 1.45; }
  dt { color: var(--map-muted); }
  dd { margin: 0; overflow-wrap: anywhere; user-select: text; font-variant-numeric: tabular-nums; }
  .alarming dd { font-weight: 600; color: var(--vscode-errorForeground, inherit); }
  h3 { margin: 14px 0 4px; font-size: inherit; font-weight: 600; }
  .dtypes { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  .dtypes th { padding: 2px 0 2px 10px; font-weight: normal; text-align: end; color: var(--map-muted); }
  .dtypes td { padding: 2px 0 0 10px; text-align: end; }
  .dtypes :is(th, td):first-child { padding-inline-start: 0; text-align: start; }
  .dtypes .share td { padding: 0 0 4px; line-height: 0; }
  .dtypes svg { width: 100%; height: 3px; }
  .dtypes .full { fill: var(--map-tile); }
  .dtypes .part { fill: var(--attention-colour); }
  .ports { margin: 0; padding: 0; list-style: none; line-height: 1.45; }
  .ports .port { font-weight: 600; }
  .ports li { padding: 2px 0; overflow-wrap: anywhere; user-select: text; }
  .quiet { color: var(--map-muted); }
  details { margin: 2px 0 0; color: inherit; }
  summary { color: var(--map-muted); }
`;
