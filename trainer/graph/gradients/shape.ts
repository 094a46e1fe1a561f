/** Operators that only move elements: the gradient moves them back. */
import { concat, reshape, split, transpose } from '../operators/shape.ts';
import { filled } from '../operators/constants.ts';
import { clipBound } from '../shapes.ts';
import { fixedShape, lengthOf } from '../value.ts';
import { dense } from './contribution.ts';
import { at, inputsOf, single, unbroadcast, type Vjp } from './vjp.ts';

/** Y = X in another shape: X̄ = Ȳ in X's shape */
export const reshapeVjp = single<'Reshape'>((g, _node, inputs) => [dense(reshape(g, fixedShape(at(inputs, 0))))]);

/** Y = X without an axis of length 1: X̄ = Ȳ in X's shape */
export const squeezeVjp = single<'Squeeze'>((g, _node, inputs) => [dense(reshape(g, fixedShape(at(inputs, 0))))]);

/** Y = X with axes permuted by p: X̄ = Ȳ permuted by p⁻¹ */
export const transposeVjp = single<'Transpose'>((g, node) => {
  const { perm } = node.attributes;
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  return [dense(transpose(g, inverse))];
});

/** (Y₁ … Yₙ) = X cut along an axis: X̄ = the Ȳᵢ joined, zero where nothing depends on Yᵢ */
export const splitVjp: Vjp<'Split'> = (node, gradients) => {
  const known = gradients.find(gradient => gradient !== undefined);
  if (known === undefined) throw new Error('Split without a gradient');
  const parts = node.outputs.map((output, index) => gradients[index] ?? filled(known, fixedShape(output), 0));
  return [dense(concat(parts, node.attributes.axis))];
};

/** Y = (X₁ … Xₙ) joined along an axis: X̄ᵢ = its stretch of Ȳ */
export const concatVjp: Vjp<'Concat'> = (node, [gradient]) => {
  if (gradient === undefined) throw new Error('Concat without a gradient');
  const { axis } = node.attributes;
  return split(gradient, axis, inputsOf(node).map(input => lengthOf(input, axis))).map(dense);
};

/** Y = a stretch of X along its axes: X̄ = Ȳ with zeros around it */
export const sliceVjp = single<'Slice'>((g, _node, inputs) => {
  const x = at(inputs, 0);
  const bounds = inputs.slice(1, 4).map(input => Array.from(input.constant?.data ?? [], Number));
  const [starts = [], , axes = []] = bounds;
  const whole = axes.reduce((inner, axis, index) => {
    const length = lengthOf(x, axis);
    const from = clipBound(starts[index] ?? 0, length);
    const after = length - from - lengthOf(inner, axis);
    const zeros = (count: number) => filled(inner, fixedShape(inner).with(axis, count), 0);
    return concat([...(from > 0 ? [zeros(from)] : []), inner, ...(after > 0 ? [zeros(after)] : [])], axis);
  }, g);
  return [dense(whole)];
});

/** Y = X repeated along axes: X̄ = Ȳ summed over them */
export const expandVjp = single<'Expand'>((g, _node, inputs) => [dense(unbroadcast(g, at(inputs, 0)))]);
