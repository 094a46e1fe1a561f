/** What keeps hops of attention from all looking at the same place. */
import { mul, sub } from '../../graph/operators/elementwise.ts';
import { fusedMatmul } from '../../graph/operators/linear.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { lengthOf, type Value } from '../../graph/value.ts';

/**
 * `‖A Aᵀ − I‖²_F` of each row (Lin et al. 2017, equation 8), `[batch]`: zero where each hop looks at one position, and no
 * two at the same.
 * @param weights `[batch, hop, position]`
 */
export function redundancy(weights: Value): Value {
  const hops = lengthOf(weights, 1);
  const ones = Array.from({ length: hops * hops }, (_, index) => (index % (hops + 1) === 0 ? 1 : 0));
  const data = weights.type === 'float64' ? Float64Array.from(ones) : Float32Array.from(ones);
  const identity = weights.graph.constant(weights.type, [hops, hops], data);
  const excess = sub(fusedMatmul(weights, weights, { transB: true }), identity);
  return sum(mul(excess, excess), [1, 2], { keepAxes: false });
}
