/**
 * Guided alignment: attention is trained to look where a word aligner found the word's source (Chen et al. 2016, section
 * 3.2; Garg et al. 2019, section 3).
 */
import { add, div, log, mul, relu, sub } from '../graph/operators/elementwise.ts';
import { sum } from '../graph/operators/reduce.ts';
import { fixedShape, type Value } from '../graph/value.ts';

/** Keeps the logarithm of an attention of 0 finite; far below any weight that is learnt from. */
const smallest = 1e-9;

/**
 * `−1/n Σ_tj A_tj log α_tj`, n being the number of target words that have gold links.
 * @param attention `[target · batch, source]`, each row a distribution over the source
 * @param alignment of the same shape: a row sums to 1, or is 0 throughout where the word has no gold link
 * @returns a scalar; 0 where no word has links
 */
export function guidedAlignmentLoss(attention: Value, alignment: Value): Value {
  const total = (x: Value): Value => sum(x, [0, 1], { keepAxes: false });
  const linked = total(alignment);
  const atLeastOne = add(relu(sub(linked, 1)), 1);
  return div(total(mul(alignment, log(add(attention, smallest)))), mul(atLeastOne, -1));
}

/** Adds the guided loss, times `weight`, to a model's; its graph then takes `alignment`, laid out as `attention` is. */
export function withGuidance(loss: Value, attention: Value, weight: number): Value {
  const alignment = loss.graph.input('alignment', 'float32', fixedShape(attention));
  return add(loss, mul(guidedAlignmentLoss(attention, alignment), weight));
}
