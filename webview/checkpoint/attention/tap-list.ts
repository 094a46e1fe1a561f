/** Where a model attends: each place that can be read, and those that can't, with why. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { TapInfo, UntappedInfo } from '../../../protocol/checkpoint.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import { countText } from '../../../protocol/quantities.ts';
import type { AttentionKind, MapId } from '../../../protocol/trace.ts';
import { tapsByKind } from './view.ts';

/** More places than these of one kind, and more that can't be read, stand behind a line that opens. */
const mostAtOnce = 24;

/** @param show a map of it; `undefined` where nothing can be shown by itself */
export function tapList(taps: readonly TapInfo[], shown: MapId | undefined, show: ((tap: TapInfo) => void) | undefined): TemplateResult | typeof nothing {
  if (taps.length === 0) return nothing;
  // Of what was written down, nobody knows what computed it.
  const hasOperators = taps.some(({ operator }) => operator !== '');
  const table = (some: readonly TapInfo[]): TemplateResult => html`
    <table>
      <thead><tr><th>Layer</th><th>Heads</th>${hasOperators ? html`<th>Operator</th>` : nothing}<th>Name</th></tr></thead>
      <tbody>${some.map(tap => html`
        <tr class=${isShown(tap, shown) ? 'shown' : ''} aria-current=${isShown(tap, shown)}>
          <td>${show === undefined ? `Layer ${tap.layer + 1}` : html`<button title="Show the attention of this layer" @click=${() => show(tap)}>Layer ${tap.layer + 1}</button>`}</td>
          <td>${tap.heads ?? html`<span title="Known only when it runs">?</span>`}</td>
          ${hasOperators ? html`<td class="operator">${tap.operator}</td>` : nothing}
          <td class="operator">${tap.name}</td>
        </tr>`)}
      </tbody>
    </table>`;
  return html`${tapsByKind(taps).map(group => html`<h3>${kindNames[group.kind].long}</h3>${folded(group.taps, table)}`)}`;
}

export function untappedList(untapped: readonly UntappedInfo[]): TemplateResult | typeof nothing {
  if (untapped.length === 0) return nothing;
  return html`
    <h2>Cannot be read</h2>
    ${folded(untapped, some => html`
      <ul class="untapped">${some.map(({ operator, node, why }) => html`
        <li><span class="operator">${operator}</span> <span class="quiet">${node}</span><br>${why}</li>`)}
      </ul>`)}`;
}

/** "12 layers: 6 in the encoder, 6 in the decoder": for the ear and the eye, before the list. */
export function tapSentence(taps: readonly TapInfo[]): string {
  const groups = tapsByKind(taps);
  const named = groups.map(({ kind, taps: of }) => `${countText(of.length)} ${shortKinds[kind]}`);
  const all = `Attention can be read in ${taps.length === 1 ? 'one place' : `${countText(taps.length)} places`}`;
  return groups.length < 2 ? `${all}.` : `${all}: ${named.join(', ')}.`;
}

const shortKinds: Readonly<Record<AttentionKind, string>> = {
  encoder: 'in the encoder', decoder: 'in the decoder', cross: 'between decoder and source',
};

function isShown(tap: TapInfo, shown: MapId | undefined): boolean {
  return shown?.kind === tap.kind && shown.layer === tap.layer;
}

function folded<Item>(items: readonly Item[], list: (some: readonly Item[]) => TemplateResult): TemplateResult {
  if (items.length <= mostAtOnce) return list(items);
  const rest = items.slice(mostAtOnce - 2);
  return html`${list(items.slice(0, mostAtOnce - 2))}<details><summary>${rest.length} more</summary>${list(rest)}</details>`;
}

export const tapStyles = css`
  /* Alike, so that the columns of all kinds stand below each other. */
  table { table-layout: fixed; width: 100%; max-width: 760px; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th:nth-child(1) { width: 15%; }
  th:nth-child(2) { width: 12%; }
  th:nth-child(4) { width: 28%; }
  th { font-weight: normal; text-align: start; color: var(--map-muted); }
  th, td { padding: 3px 16px 3px 0; vertical-align: top; }
  td:first-child { white-space: nowrap; }
  tr.shown td { font-weight: 600; }
  .operator { overflow-wrap: anywhere; user-select: text; }
  td button { padding: 0; font: inherit; color: var(--vscode-textLink-foreground, inherit); background: none; border: none; border-radius: 2px; cursor: pointer; }
  td button:hover { text-decoration: underline; }
  td button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  .untapped { margin: 0; padding: 0; list-style: none; line-height: 1.5; max-width: 80ch; }
  .untapped li { padding: 4px 0; }
  .untapped .operator { font-weight: 600; }
`;
