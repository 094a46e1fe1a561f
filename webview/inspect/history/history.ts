/** The last inspections, to go back to; a pinned one stays. */
import { html, nothing, type TemplateResult } from 'lit';
import type { HistoryEntry } from '../../../protocol/inspect-page.ts';
import { counted } from '../../../protocol/quantities.ts';
import { shortName } from '../../panel/header.ts';
import { icon } from '../../panel/icons.ts';
import { select } from '../../panel/select.ts';

const mostLetters = 36;

/** "The cat sat on the mat · opus-mt · 2 changes, pinned, stale". */
export function entryName({ text, model, interventions, isPinned, isStale }: HistoryEntry): string {
  const said = text.replaceAll(/\s+/g, ' ').trim();
  const marks = [...(interventions === 0 ? [] : [counted(interventions, 'change')]), ...(isPinned ? ['pinned'] : []), ...(isStale ? ['stale'] : [])];
  return [said.length > mostLetters ? `${said.slice(0, mostLetters).trimEnd()}…` : said, shortName(model), ...(marks.length === 0 ? [] : [marks.join(', ')])].join(' · ');
}

export interface HistoryActions {
  readonly choose: (inspection: string) => void;
  readonly pin: (inspection: string, isPinned: boolean) => void;
}

export function historyBar(entries: readonly HistoryEntry[], shown: string, { choose, pin }: HistoryActions): TemplateResult | typeof nothing {
  const current = entries.find(({ inspection }) => inspection === shown);
  if (current === undefined) return nothing;
  return html`
    <div class="history" role="group" aria-label="History">
      ${entries.length < 2 ? nothing : select('Inspected before', entries.map(entry => ({ key: entry.inspection, name: entryName(entry) })), shown, choose)}
      <vscode-toolbar-button toggleable .checked=${current.isPinned} label="Keep in History" title="Keep in History" @change=${() => pin(shown, !current.isPinned)}>${icon('pin')}</vscode-toolbar-button>
    </div>`;
}

/** The text has changed since. */
export function staleNotice(entries: readonly HistoryEntry[], shown: string): TemplateResult | typeof nothing {
  if (entries.find(({ inspection }) => inspection === shown)?.isStale !== true) return nothing;
  return html`<div class="notice" role="note">${icon('info')}<p>The text has changed since: what is shown is of the text as it was.</p></div>`;
}
