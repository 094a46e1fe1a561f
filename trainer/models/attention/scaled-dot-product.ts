/** Scaled dot-product attention (Vaswani et al. 2017, section 3.2.1, equation 1) of projected queries and keys. */
import { linear } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { atEachPosition, type Attention, type AttentionSizes, dotProducts, made, masked, weightedSum } from './attention.ts';

/** `α_t = softmax_j((W_q s_t)ᵀ (W_k h_j) / √width)`; the annotations themselves are the values. */
export function scaledDotProduct(width: number, { query, memory: features }: AttentionSizes): Attention {
  return {
    parameters: [
      { name: 'attention.query', shape: [width, query], start: { kind: 'glorot' } },
      { name: 'attention.key', shape: [width, features], start: { kind: 'glorot' } },
    ],
    heads: 1,
    features,
    shared: { memory: [1, 'source', features], keys: [1, 'source', width] },
    keys: (parameters, memory) => ({ memory, keys: atEachPosition(memory, parameters('attention.key')) }),
    attend: (parameters, state, { memory, keys }, { bias } = {}) => {
      const scores = dotProducts(linear(state, parameters('attention.query')), made(keys), 1 / Math.sqrt(width));
      const weights = softmax(masked(scores, bias));
      return { weights, context: weightedSum(weights, memory) };
    },
  };
}
