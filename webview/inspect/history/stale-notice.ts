/** What is said of an inspection whose text has changed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { HistoryEntry } from '../../../protocol/inspect-page.ts';
import { icon } from '../../panel/icons.ts';

export function staleNotice(entries: readonly HistoryEntry[], shown: string): TemplateResult | typeof nothing {
  if (entries.find(({ inspection }) => inspection === shown)?.isStale !== true) return nothing;
  return html`<div class="notice" role="note">${icon('info')}<p>The text has changed since: what is shown is of the text as it was.</p></div>`;
}
