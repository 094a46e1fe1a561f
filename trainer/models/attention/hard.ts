/**
 * Hard attention: one source position a step (Xu et al. 2015, section 4.1), scored as additive attention does.
 *
 * In training the position is sampled by the Gumbel-max trick, and the gradient is the softmax', as if nothing had been
 * sampled (straight-through: Bengio, Léonard, Courville 2013; Jang, Gu, Poole 2017, section 2.2). Its bias is small and
 * so is its variance, while REINFORCE, which Xu et al. use, is unbiased but learns only with a baseline that is learnt
 * beside the model. Sampling is the caller's: the noise comes in, so that a run can be resumed.
 */
import { add, detach, mul, sub } from '../../graph/operators/elementwise.ts';
import { hardmax, softmax } from '../../graph/operators/normalize.ts';
import { additive, additiveScores } from './additive.ts';
import { type Attention, type AttentionSizes, made, masked, weightedSum } from './attention.ts';

/**
 * `α_t = onehot argmax_j(e_tj + g_tj)`, g being Gumbel noise; without noise the best-scored position.
 * @param temperature τ of the softmax whose gradient is taken: lower is closer to the argmax, and noisier
 */
export function hard(width: number, temperature: number, sizes: AttentionSizes): Attention {
  return {
    ...additive(width, sizes),
    attend: (parameters, query, { memory, keys }, { bias, noise } = {}) => {
      const scores = masked(additiveScores(parameters, query, made(keys)), bias);
      const distribution = softmax(scores);
      if (noise === undefined) {
        const weights = hardmax(scores);
        return { weights, distribution, context: weightedSum(weights, memory) };
      }
      const soft = softmax(mul(add(scores, noise), 1 / temperature));
      const weights = add(soft, detach(sub(hardmax(soft), soft)));
      return { weights, distribution, context: weightedSum(weights, memory) };
    },
  };
}
