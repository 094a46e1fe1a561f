/** The dot product with a matrix between (Luong, Pham, Manning 2015, section 3.1, "general"). */
import { softmax } from '../../graph/operators/normalize.ts';
import { atEachPosition, type Attention, type AttentionSizes, dotProducts, made, masked, weightedSum } from './attention.ts';

/** `α_t = softmax_j(s_tᵀ W_a h_j)`. */
export function general({ query, memory: features }: AttentionSizes): Attention {
  return {
    parameters: [{ name: 'attention.key', shape: [query, features], start: { kind: 'glorot' } }],
    heads: 1,
    features,
    shared: { memory: [1, 'source', features], keys: [1, 'source', query] },
    keys: (parameters, memory) => ({ memory, keys: atEachPosition(memory, parameters('attention.key')) }),
    attend: (_parameters, state, { memory, keys }, { bias } = {}) => {
      const weights = softmax(masked(dotProducts(state, made(keys)), bias));
      return { weights, context: weightedSum(weights, memory) };
    },
  };
}
