/**
 * Coverage (See, Liu, Manning 2017, section 2.3; Tu et al. 2016): additive attention that knows what it has attended to,
 * and pays for attending to it again.
 */
import { mul, relu, sub } from '../../graph/operators/elementwise.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { reshape } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { additive, additiveScores } from './additive.ts';
import { type Attention, type AttentionSizes, made, masked, weightedSum } from './attention.ts';

/** `e_tj = vᵀ tanh(W_s s_t + W_h h_j + w_c c_tj + b)` with `c_t = Σ_{t' < t} α_t'` (equations 10 and 11). */
export function coverage(width: number, sizes: AttentionSizes): Attention {
  const plain = additive(width, sizes);
  return {
    ...plain,
    parameters: [...plain.parameters, { name: 'attention.coverage', shape: [1, width], start: { kind: 'glorot' } }],
    attend: (parameters, query, { memory, keys }, { bias, coverage: covered } = {}) => {
      const feature = mul(reshape(made(covered), [0, 0, 1]), reshape(parameters('attention.coverage'), [1, 1, width]));
      const weights = softmax(masked(additiveScores(parameters, query, made(keys), feature), bias));
      return { weights, context: weightedSum(weights, memory) };
    },
  };
}

/**
 * `Σ_t w_t Σ_j min(α_tj, c_tj)` (equation 12).
 * @param attention `[rows, source]`
 * @param covered the coverage before each of these steps, `[rows, source]`
 * @param weights `[rows]`: 0 on rows that do not count
 */
export function coverageLoss(attention: Value, covered: Value, weights: Value): Value {
  const smaller = sub(attention, relu(sub(attention, covered)));
  return sum(mul(sum(smaller, [1], { keepAxes: false }), weights), [0], { keepAxes: false });
}
