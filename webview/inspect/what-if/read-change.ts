/** Of a model that only reads: how much of what comes out of it has changed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { AxisToken, OutputChange } from '../../../protocol/inspection.ts';

/** More tokens than these say little. */
const mostTokens = 10;

/** @param tokens of what it reads */
export function readChange(change: OutputChange | undefined, tokens: readonly AxisToken[]): TemplateResult {
  if (change === undefined) return html`<p class="told">This model only reads, and gives nothing that could be compared: what changes is its attention, below.</p>`;
  if (change.isSame) return html`<p class="told">Nothing of what comes out has changed: it is the same, number for number.</p>`;
  const most = (change.tokens ?? []).map((largest, token) => ({ largest, token })).filter(({ largest }) => largest > 0).sort((one, other) => other.largest - one.largest).slice(0, mostTokens);
  return html`
    ${change.cosine === undefined ? nothing : html`
      <p class="told">Its vector of the text has turned: the cosine with what it was is ${change.cosine.toPrecision(4)} (1: it points the same way).</p>`}
    ${most.length === 0 ? nothing : html`
      <table class="probabilities">
        <thead><tr><th scope="col">Token</th><th scope="col">place</th><th scope="col">largest change of its vector</th></tr></thead>
        <tbody>${most.map(({ largest, token }) => html`<tr><td dir="auto">${tokens[token]?.text ?? ''}</td><td>${token + 1}</td><td>${largest.toPrecision(3)}</td></tr>`)}</tbody>
      </table>`}`;
}
