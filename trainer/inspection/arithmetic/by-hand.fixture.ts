/** Attention in plain loops, to check what is told of it. */
import type { Row } from './row.ts';

export interface ByHand {
  readonly scores: readonly number[];
  readonly weights: readonly number[];
  readonly output: readonly number[];
}

/** From queries, keys, values (or from W q, U k and v) alone: what the model computed comes in nowhere. */
export function byHand(row: Row): ByHand {
  const scores = row.keys.map((key, at) => {
    if (row.score === 'additive') return key.reduce((sum, value, feature) => sum + (row.direction[feature] ?? 0) * Math.tanh(value + (row.query?.[feature] ?? 0)), 0);
    const mask = row.mask[at] ?? null;
    return mask === null ? -Infinity : key.reduce((sum, value, feature) => sum + value * (row.query[feature] ?? 0), 0) * row.scale + mask;
  });
  return { scores, ...weighed(scores, row.values) };
}

export function weighed(scores: readonly number[], values: readonly (readonly number[])[]): Pick<ByHand, 'weights' | 'output'> {
  const largest = Math.max(...scores);
  const powers = scores.map(score => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  const weights = powers.map(power => power / sum);
  return { weights, output: (values[0] ?? []).map((_, feature) => values.reduce((total, value, key) => total + (weights[key] ?? 0) * (value[feature] ?? 0), 0)) };
}

/** The largest difference, against the size of what is compared. */
export function off(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return Infinity;
  const size = Math.max(1e-3, ...expected.map(value => (Number.isFinite(value) ? Math.abs(value) : 0)));
  return Math.max(...found.map((value, at) => (value === expected[at] ? 0 : Math.abs(value - (expected[at] ?? NaN)) / size)));
}
