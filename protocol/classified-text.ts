/** A classification in words, the same in hovers, panels and what is copied. */
import type { LabelProbability } from './classification.ts';

/** A label in a line: "positive 97 %". */
export function labelText({ label, probability }: LabelProbability): string {
  return `${label} ${percent(probability)}`;
}

/** A share in per cent; what is nearly nothing, or nearly all, is not rounded to it. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 1) return '<1 %';
  if (value > 99 && value < 100) return '>99 %';
  return `${Math.round(value)} %`;
}

/** Evidence in units of the logit: "+1.2", "−0.3". */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(1);
  return `${value < 0 && text !== '0.0' ? '−' : '+'}${text}`;
}

/** Less than this says nothing, in units of the logit. */
const leastEvidence = 0.05;

/** What a word or patch says for the label and the runner-up: "speaks for positive (+1.2), against negative (−1.2)". */
export function evidenceSentence(evidence: readonly { readonly label: string; readonly value: number }[]): string {
  if (evidence.length === 0) return '';
  const said = evidence.filter(({ value }) => Math.abs(value) >= leastEvidence);
  if (said.length === 0) return `says next to nothing for ${evidence.map(({ label }) => label).join(' or ')}`;
  return `speaks ${said.map(({ label, value }) => `${value > 0 ? 'for' : 'against'} ${label} (${signed(value)})`).join(', ')}`;
}
