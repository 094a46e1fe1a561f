/** Label smoothing (Szegedy et al. 2016, section 7). */
import { add, mul } from '../graph/operators/elementwise.ts';
import { crossEntropy } from '../graph/operators/loss.ts';
import { sum } from '../graph/operators/reduce.ts';
import { lengthOf, type Value } from '../graph/value.ts';

/**
 * `Σ_n w_n [(1 − ε)(−log p_n[label]) + ε · mean_k(−log p_nk)]`, and the same with ε = 0.
 * @param logits `[rows, classes]`
 * @param labels int64 `[rows]`
 * @param weights `[rows]`: 0 on rows that do not count
 */
export function smoothedCrossEntropy(
  logits: Value,
  labels: Value,
  weights: Value,
  smoothing: number,
): { loss: Value; likelihood: Value; logProbabilities: Value } {
  const { loss: negative, logProbabilities } = crossEntropy(logits, labels);
  const likelihood = sum(mul(negative, weights), [0], { keepAxes: false });
  if (smoothing === 0) return { loss: likelihood, likelihood, logProbabilities };
  const classes = lengthOf(logits, 1);
  const uniform = sum(mul(sum(logProbabilities, [1], { keepAxes: false }), weights), [0], { keepAxes: false });
  const loss = add(mul(likelihood, 1 - smoothing), mul(uniform, -smoothing / classes));
  return { loss, likelihood, logProbabilities };
}
