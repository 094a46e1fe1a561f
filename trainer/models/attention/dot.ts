/** The dot product (Luong, Pham, Manning 2015, section 3.1, "dot"). */
import { softmax } from '../../graph/operators/normalize.ts';
import { type Attention, type AttentionSizes, dotProducts, masked, weightedSum } from './attention.ts';

/** `α_t = softmax_j(s_tᵀ h_j)`: a query has as many features as an annotation. */
export function dot({ memory: features }: AttentionSizes): Attention {
  return {
    parameters: [],
    heads: 1,
    features,
    shared: { memory: [1, 'source', features] },
    keys: (_parameters, memory) => ({ memory }),
    attend: (_parameters, query, { memory }, { bias } = {}) => {
      const weights = softmax(masked(dotProducts(query, memory), bias));
      return { weights, context: weightedSum(weights, memory) };
    },
  };
}
