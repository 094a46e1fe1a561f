/** From the scores of a classifier to labels with their probabilities. */
import type { LabelProbability } from '../../protocol/classification.ts';

/** How scores become probabilities: labels exclude each other, or each may hold or not; or they are probabilities already. */
export type Choice = 'one' | 'each' | 'told';

/** @param labels by number; a class without a name is called by it. One probability alone is that of yes rather than no: of class 1. */
export function ranked(labels: readonly string[], scores: Float32Array, choice: Choice): { readonly labels: readonly LabelProbability[] } {
  const most = Math.max(...scores);
  const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
  const probability: { readonly [C in Choice]: (score: number) => number } = {
    one: score => Math.exp(score - most) / sum,
    each: score => 1 / (1 + Math.exp(-score)),
    told: score => score,
  };
  if (choice === 'told' && scores.length === 1) return ranked(labels, Float32Array.of(1 - (scores[0] ?? 0), scores[0] ?? 0), choice);
  const named = Array.from(scores, (score, index) => ({ label: labels[index] ?? `class ${index}`, probability: probability[choice](score) }));
  return { labels: named.sort((one, other) => other.probability - one.probability) };
}
