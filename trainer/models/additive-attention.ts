/** Additive attention (Bahdanau, Cho, Bengio 2014, section 3.1 and appendix A.1.2). */
import { add, tanh } from '../graph/operators/elementwise.ts';
import { fusedMatmul, gemm, linear, matmul } from '../graph/operators/linear.ts';
import { softmax } from '../graph/operators/normalize.ts';
import { reshape, squeeze } from '../graph/operators/shape.ts';
import { lengthOf, type Value } from '../graph/value.ts';
import type { ParameterSource, ParameterSpec } from './parameters.ts';

export function additiveAttentionParameters(state: number, memory: number, attention: number): ParameterSpec[] {
  return [
    { name: 'attention.query', shape: [attention, state], start: { kind: 'glorot' } },
    { name: 'attention.key', shape: [attention, memory], start: { kind: 'glorot' } },
    { name: 'attention.key_bias', shape: [attention], start: { kind: 'zeros' } },
    { name: 'attention.energy', shape: [1, attention], start: { kind: 'glorot' } },
  ];
}

/** `U_a h_j + b` for every position: memory `[rows, features]` gives keys `[rows, attention]`. */
export function attentionKeys(parameters: ParameterSource, memory: Value): Value {
  return linear(memory, parameters('attention.key'), parameters('attention.key_bias'));
}

export interface Attended {
  /** `α_tj`, `[batch, source]`. */
  readonly weights: Value;
  /** `c_t = Σ_j α_tj h_j`, `[batch, features]`. */
  readonly context: Value;
}

/**
 * `e_tj = vᵀ tanh(W_a s_{t−1} + U_a h_j)`, `α_t = softmax e_t`.
 * @param state `[batch, state]`
 * @param keys `[batch, source, attention]`
 * @param memory `[batch, source, features]`
 * @param maskBias `[batch, source]`: 0, or −1e9 where the source is padding
 */
export function attend(parameters: ParameterSource, state: Value, keys: Value, memory: Value, maskBias: Value): Attended {
  const [batch, source, width] = [lengthOf(keys, 0), lengthOf(keys, 1), lengthOf(keys, 2)];
  const query = reshape(linear(state, parameters('attention.query')), [batch, 1, width]);
  const energy = gemm(reshape(tanh(add(keys, query)), [batch * source, width]), parameters('attention.energy'), undefined, {
    transB: true,
  });
  const weights = softmax(add(reshape(energy, [batch, source]), maskBias));
  const context = fusedMatmul(reshape(weights, [batch, 1, source]), memory);
  return { weights, context: reshape(context, [batch, lengthOf(memory, 2)]) };
}

/**
 * The same over symbolic lengths, one source for a beam of states: state `[beam, state]`, keys `[1, source, attention]`,
 * memory `[1, source, features]`; weights come out as `[beam, source]` under the name given.
 */
export function attendOverBeam(
  parameters: ParameterSource,
  state: Value,
  keys: Value,
  memory: Value,
  name: string,
): Attended {
  const width = lengthOf(keys, 2);
  const query = reshape(linear(state, parameters('attention.query')), [-1, 1, width]);
  const energy = matmul(tanh(add(keys, query)), reshape(parameters('attention.energy'), [width, 1]));
  const weights = softmax(squeeze(energy, 2), name);
  const context = matmul(weights, reshape(memory, [-1, lengthOf(memory, 2)]));
  return { weights, context };
}
