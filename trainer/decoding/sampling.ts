/** How the next token is chosen from what a model holds likely. */
import { Random } from '../training/random.ts';
import { argmax } from './constraints.ts';

export interface Sampling {
  /** What log-probabilities are divided by: under 1 the likely becomes likelier still; 0 always takes the most probable token. */
  readonly temperature: number;
  /** Only the most probable tokens that together have this probability are drawn from (Holtzman et al. 2020, section 3.1). */
  readonly topP: number;
  readonly seed: number;
}

/** Always the most probable token. */
export const greedy: Sampling = { temperature: 0, topP: 1, seed: 1 };

/** What is chosen between: tokens that are forbidden have −∞. At least one is not. */
export type Choose = (logProbs: Float32Array) => number;

/** The same seed chooses the same from the same. */
export function chooserOf({ temperature, topP, seed }: Sampling): Choose {
  if (temperature === 0) return argmax;
  const random = new Random(seed, 'sampling');
  return logProbs => {
    const most = logProbs[argmax(logProbs)] ?? 0;
    const weights = logProbs.map(logProb => Math.exp((logProb - most) / temperature));
    const nucleus = nucleusOf(weights, topP);
    let left = random.uniform() * nucleus.reduce((sum, token) => sum + (weights[token] ?? 0), 0);
    for (const token of nucleus) {
      left -= weights[token] ?? 0;
      if (left < 0) return token;
    }
    return nucleus.findLast(token => (weights[token] ?? 0) > 0) ?? argmax(logProbs);
  };
}

/** The fewest tokens, most probable first, whose share of the sum is at least `topP`; of equals the first ones. */
function nucleusOf(weights: Float32Array, topP: number): number[] {
  const order = Array.from(weights.keys()).sort((one, other) => (weights[other] ?? 0) - (weights[one] ?? 0));
  const enough = topP * weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let count = 0;
  while (count < order.length && (count === 0 || sum < enough)) sum += weights[order[count++] ?? 0] ?? 0;
  return order.slice(0, count);
}
