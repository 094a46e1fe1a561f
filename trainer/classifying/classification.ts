/** An answer as whoever asked is told it. */
import type { ClassifiedAs, LabelProbability } from '../../protocol/classification.ts';
import type { ClassificationManifest } from '../checkpoints/manifest.ts';
import type { Answer } from './graph.ts';

/** The best two labels say why this one and not that: of these the evidence is told. */
const explained = 2;

/** @param warnings what else the user should know */
export function classifiedAs(manifest: ClassificationManifest, answer: Answer, warnings: readonly string[] = []): ClassifiedAs {
  const ranked = rankedLabels(manifest, answer.logProbabilities);
  return {
    model: manifest.id,
    labels: ranked.map(({ label, probability }) => ({ label, probability })),
    evidence: ranked.slice(0, explained).map(({ label, index }) => ({ label, weights: answer.evidence[index] ?? [] })),
    attention: pooledAttention(answer),
    maps: answer.maps,
    weights: answer.weights,
    warnings: answer.isPartial ? [...warnings, 'The encoder’s maps are too many to be shown; only what was pooled is.'] : warnings,
  };
}

/** Most probable first. */
export function rankedLabels({ labels }: ClassificationManifest, logProbabilities: readonly number[]): (LabelProbability & { readonly index: number })[] {
  return labels
    .map((label, index) => ({ label, index, probability: Math.exp(logProbabilities[index] ?? -Infinity) }))
    .sort((one, other) => other.probability - one.probability);
}

/** The number of the most probable class. */
export function bestClass({ logProbabilities }: Answer): number {
  return logProbabilities.indexOf(Math.max(...logProbabilities));
}

/** What each position got of the pooling, the mean over its heads. */
export function pooledAttention({ maps, weights }: Answer): number[] {
  const heads = weights.filter((_, index) => maps[index]?.kind === 'pooling');
  const [first = []] = heads;
  return first.map((_, position) => heads.reduce((sum, head) => sum + (head[position] ?? 0), 0) / heads.length);
}
