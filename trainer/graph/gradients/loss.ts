import { add, exp, mul, neg, sub } from '../operators/elementwise.ts';
import { sum } from '../operators/reduce.ts';
import { reshape } from '../operators/shape.ts';
import { lengthOf, type Value } from '../value.ts';
import { dense } from './contribution.ts';
import { at, inputsOf, type Vjp } from './vjp.ts';

/**
 * ℓ = −log p[label], with log p = log softmax x as second output. For gradients ℓ̄ `[rows]` and c = ∂/∂ log p:
 * x̄ = p (ℓ̄ − Σ c) + c − ℓ̄ · onehot(label).
 * Label smoothing gives the same c to all classes of a row; then c stays `[rows, 1]`, and no second matrix of
 * `[rows, classes]` is made.
 */
export const crossEntropyVjp: Vjp<'SoftmaxCrossEntropyLoss'> = (node, [lossGradient, logGradient]) => {
  const [logits, labels] = [at(inputsOf(node), 0), at(inputsOf(node), 1)];
  const [rows, classes] = [lengthOf(logits, 0), lengthOf(logits, 1)];
  const probabilities = exp(at(node.outputs, 1));
  const own = lossGradient === undefined ? undefined : reshape(lossGradient, [rows, 1]);
  const other = logGradient === undefined ? undefined : beforeExpand(logGradient);

  const otherSum = other && (lengthOf(other, 1) === 1 ? mul(other, classes) : sum(other, [1]));
  const factor = own && otherSum ? sub(own, otherSum) : (own ?? (otherSum && neg(otherSum)));
  if (factor === undefined) throw new Error('the loss without a gradient');
  const spread = mul(probabilities, factor);
  const smooth = other === undefined ? spread : add(spread, other);
  if (own === undefined) return [dense(smooth), undefined];
  const [gradient] = node.outputs[0]?.graph.node(
    'ScatterElements',
    [smooth, reshape(labels, [rows, 1]), neg(own)],
    { axis: 1, reduction: 'add' },
  ) ?? [];
  return [dense(at([gradient], 0)), undefined];
};

/** A gradient as it was before it was repeated along an axis; the repeated one is then never computed. */
function beforeExpand(gradient: Value): Value {
  const producer = gradient.graph.producers.get(gradient);
  return producer?.operator === 'Expand' ? at(producer.inputs, 0) : gradient;
}
