/** Of a model that only reads: how much of what comes out of it has changed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { AxisToken, OutputChange } from '../../../protocol/inspection.ts';

/** More tokens than these say little. */
const mostTokens = 10;

/** @param tokens of what it reads */
export function readChange(change: OutputChange | undefined, tokens: readonly AxisToken[]): TemplateResult {
  if (change === undefined) return html`<p class="told">This model only reads, and gives nothing that could be compared: what changes is its attention, below.</p>`;
  if (change.isSame) return html`<p class="told">Nothing of what comes out has changed: it is the same, number for number.</p>`;
  const { cosine, probabilities = [] } = change;
  const most = (change.tokens ?? []).flatMap((largest, token) => (largest === null || largest === 0 ? [] : [{ largest, token }])).sort((one, other) => other.largest - one.largest).slice(0, mostTokens);
  if (cosine === undefined && probabilities.length === 0 && most.length === 0) return html`<p class="told">What comes out has changed, and has another size: number for number it cannot be compared.</p>`;
  return html`
    ${cosine === undefined ? nothing : html`
      <p class="told">Its vector of the text has turned: the cosine with what it was is ${cosine.toPrecision(4)} (1: it points the same way).</p>`}
    ${probabilities.length === 0 ? nothing : html`
      <table class="probabilities">
        <thead><tr><th scope="col">Token or class</th><th scope="col">before</th><th scope="col">now</th></tr></thead>
        <tbody>${probabilities.map(({ index, before, after }) => html`<tr><td>${index}</td><td>${exactPercent(before)}</td><td>${exactPercent(after)}</td></tr>`)}</tbody>
      </table>`}
    ${most.length === 0 ? nothing : html`
      <table class="probabilities">
        <thead><tr><th scope="col">Token</th><th scope="col">place</th><th scope="col">largest change of its vector</th></tr></thead>
        <tbody>${most.map(({ largest, token }) => html`<tr><td dir="auto">${tokens[token]?.text ?? ''}</td><td>${token + 1}</td><td>${largest.toPrecision(3)}</td></tr>`)}</tbody>
      </table>`}`;
}

/** Near 0 and 1, too. */
const exactPercent = (share: number): string => `${(share * 100).toPrecision(4)} %`;
