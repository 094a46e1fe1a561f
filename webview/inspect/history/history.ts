/** What is said of an inspection in the history. */
import { html, nothing, type TemplateResult } from 'lit';
import type { HistoryEntry } from '../../../protocol/inspect-page.ts';
import { counted } from '../../../protocol/quantities.ts';
import { shortName } from '../../panel/header.ts';
import { icon } from '../../panel/icons.ts';

const mostLetters = 36;

/** "The cat sat on the mat · opus-mt · 2 changes, pinned, stale". */
export function entryName({ text, model, interventions, isPinned, isStale }: HistoryEntry): string {
  const said = text.replaceAll(/\s+/g, ' ').trim();
  const marks = [...(interventions === 0 ? [] : [counted(interventions, 'change')]), ...(isPinned ? ['pinned'] : []), ...(isStale ? ['stale'] : [])];
  return [said.length > mostLetters ? `${said.slice(0, mostLetters).trimEnd()}…` : said, shortName(model), ...(marks.length === 0 ? [] : [marks.join(', ')])].join(' · ');
}

/** The text has changed since. */
export function staleNotice(entries: readonly HistoryEntry[], shown: string): TemplateResult | typeof nothing {
  if (entries.find(({ inspection }) => inspection === shown)?.isStale !== true) return nothing;
  return html`<div class="notice" role="note">${icon('info')}<p>The text has changed since: what is shown is of the text as it was.</p></div>`;
}
