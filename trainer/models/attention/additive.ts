/** Additive attention (Bahdanau, Cho, Bengio 2014, section 3.1 and appendix A.1.2). */
import { add, tanh } from '../../graph/operators/elementwise.ts';
import { gemm, linear, matmul } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { reshape, squeeze } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import { atEachPosition, type Attention, type AttentionSizes, isShared, made, masked, weightedSum } from './attention.ts';

/** `e_tj = vᵀ tanh(W_a s_{t−1} + U_a h_j + b)`, `α_t = softmax e_t`. */
export function additive(width: number, sizes: AttentionSizes): Attention {
  return {
    parameters: additiveParameters(width, sizes),
    heads: 1,
    features: sizes.memory,
    shared: { memory: [1, 'source', sizes.memory], keys: [1, 'source', width] },
    keys: (parameters, memory) => ({ memory, keys: additiveKeys(parameters, memory) }),
    attend: (parameters, query, { memory, keys }, { bias } = {}) => {
      const weights = softmax(masked(additiveScores(parameters, query, made(keys)), bias));
      return { weights, context: weightedSum(weights, memory) };
    },
  };
}

export function additiveParameters(width: number, { query, memory }: AttentionSizes): ParameterSpec[] {
  return [
    { name: 'attention.query', shape: [width, query], start: { kind: 'glorot' } },
    { name: 'attention.key', shape: [width, memory], start: { kind: 'glorot' } },
    { name: 'attention.key_bias', shape: [width], start: { kind: 'zeros' } },
    { name: 'attention.energy', shape: [1, width], start: { kind: 'glorot' } },
  ];
}

/** `U_a h_j + b`, `[batch, source, width]`. */
export function additiveKeys(parameters: ParameterSource, memory: Value): Value {
  return atEachPosition(memory, parameters('attention.key'), parameters('attention.key_bias'));
}

/**
 * `e_t`, `[rows, source]`.
 * @param feature `[rows, source, width]`: what else the score depends on
 */
export function additiveScores(parameters: ParameterSource, query: Value, keys: Value, feature?: Value): Value {
  const width = lengthOf(keys, 2);
  const compared = add(keys, reshape(linear(query, parameters('attention.query')), [-1, 1, width]));
  const hidden = tanh(feature === undefined ? compared : add(compared, feature));
  const energy = parameters('attention.energy');
  if (isShared(keys)) return squeeze(matmul(hidden, reshape(energy, [width, 1])), 2);
  const [batch, source] = [lengthOf(keys, 0), lengthOf(keys, 1)];
  return reshape(gemm(reshape(hidden, [batch * source, width]), energy, undefined, { transB: true }), [batch, source]);
}
