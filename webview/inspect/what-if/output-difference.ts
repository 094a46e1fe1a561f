/** What the model made of it before a change and after: texts with what differs marked, or probabilities. */
import '../arithmetic/number-table.ts';
import { css, html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../../protocol/classified-text.ts';
import type { AxisToken, InspectedOutput } from '../../../protocol/inspection.ts';
import { readChange } from './read-change.ts';
import { stepTable, totalText } from './step-table.ts';
import { textDifference } from './text-difference.ts';

/** More labels than these say little. */
const mostLabels = 10;

/** @param tokens of what is read */
export function outputDifference(before: InspectedOutput, after: InspectedOutput, tokens: readonly AxisToken[]): TemplateResult | typeof nothing {
  if (before.kind === 'written' && after.kind === 'written') {
    const pieces = textDifference(before.text, after.text);
    const isSame = pieces.every(({ of }) => of === 'both');
    return html`
      <p class="difference" dir="auto">${pieces.map(({ text, of }) => (of === 'both' ? text : of === 'old' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`))}</p>
      <p class="told">${isSame ? 'It writes the same.' : 'Struck out: what it wrote before; underlined: what it writes now.'} ${totalText(before, after)}</p>
      <number-table label="How probable each token was, and is" .numbers=${stepTable(before, after)}></number-table>`;
  }
  if (before.kind === 'labelled' && after.kind === 'labelled') {
    const then = new Map(before.labels.map(({ label, probability: share }) => [label, share]));
    return html`
      <table class="probabilities">
        <thead><tr><th scope="col">Label</th><th scope="col">before</th><th scope="col">now</th><th scope="col">change</th></tr></thead>
        <tbody>${after.labels.slice(0, mostLabels).map(({ label, probability: share }) => html`
          <tr><td dir="auto">${label}</td><td>${percent(then.get(label) ?? 0)}</td><td>${percent(share)}</td><td>${points(share - (then.get(label) ?? 0))}</td></tr>`)}
        </tbody>
      </table>`;
  }
  return after.kind === 'read' ? readChange(after.change, tokens) : nothing;
}

/** In per cent points, signed. */
function points(change: number): string {
  const value = Math.round(1000 * change) / 10;
  return `${value < 0 ? '−' : '+'}${Math.abs(value)} points`;
}

export const differenceStyles = css`
  .difference { margin: 4px 0; line-height: 1.7; white-space: pre-wrap; overflow-wrap: anywhere; }
  del { color: var(--map-muted); text-decoration: line-through; }
  ins { text-decoration: underline 2px var(--map-heat); text-underline-offset: 3px; }
  .probabilities { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  .probabilities + .probabilities { margin-top: 8px; }
  .probabilities th { font-weight: normal; color: var(--map-muted); }
  .probabilities th, .probabilities td { padding: 2px 14px 2px 0; text-align: end; }
  .probabilities th:first-child, .probabilities td:first-child { text-align: start; overflow-wrap: anywhere; }
`;
