/** Local attention around a predicted position (Luong, Pham, Manning 2015, section 3.2, "local-p"). */
import { exp, greater, mul, sigmoid, sub, tanh, where } from '../../graph/operators/elementwise.ts';
import { linear } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import type { Value } from '../../graph/value.ts';
import type { ParameterSource } from '../parameters.ts';
import { type Attention, type AttentionSizes, dotProducts, made, masked, weightedSum } from './attention.ts';
import { general } from './general.ts';

const outside = -1e9;

/**
 * `α_tj = align_tj exp(−(j − p_t)² / 2σ²)` with `p_t = S sigmoid(vᵀ tanh(W_p s_t))`, `σ = D / 2` (equations 9 and 10);
 * `align` is the softmax of "general" scores over the positions at most D from `p_t`, S the source's length. As in the
 * paper the weights are not normalised again: they sum to less than 1.
 * @param window D, at least 1: then some position always lies within
 */
export function localP(window: number, sizes: AttentionSizes): Attention {
  const global = general(sizes);
  return {
    ...global,
    parameters: [
      ...global.parameters,
      { name: 'attention.position', shape: [sizes.query, sizes.query], start: { kind: 'glorot' } },
      { name: 'attention.position_energy', shape: [1, sizes.query], start: { kind: 'glorot' } },
    ],
    shared: { ...global.shared, positions: [1, 'source'], lengths: [1, 1] },
    keys: (parameters, annotations, positions) => ({
      ...global.keys(parameters, annotations, positions),
      positions: positions.positions(),
      lengths: positions.lengths(),
    }),
    attend: (parameters, state, { memory, keys, positions, lengths }, { bias } = {}) => {
      const away = sub(made(positions), mul(centre(parameters, state), made(lengths)));
      const squared = mul(away, away);
      const scores = masked(dotProducts(state, made(keys)), bias);
      // A hair wider than D: p_t may be S itself, in single precision, and the last position is then 1 away.
      const within = greater(sub((window + 1e-3) ** 2, squared), 0);
      const align = softmax(where(within, scores, outside));
      const weights = mul(align, exp(mul(squared, -1 / (2 * (window / 2) ** 2))));
      return { weights, context: weightedSum(weights, memory) };
    },
  };
}

/** `p_t / S`, `[rows, 1]`. */
function centre(parameters: ParameterSource, state: Value): Value {
  return sigmoid(linear(tanh(linear(state, parameters('attention.position'))), parameters('attention.position_energy')));
}
