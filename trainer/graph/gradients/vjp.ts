import type { Operator } from '../attributes.ts';
import type { Node } from '../graph.ts';
import { fixedShape, lengthOf, type Value } from '../value.ts';
import { sum } from '../operators/reduce.ts';
import { reshape } from '../operators/shape.ts';
import type { Contribution } from './contribution.ts';

/**
 * A vector–Jacobian product: given a node and the gradient of the loss with respect to each of its outputs
 * (`undefined` where nothing depends on that output), the gradient with respect to each of its inputs (`undefined`
 * where there is none, as for indices).
 */
export type Vjp<O extends Operator = Operator> = (
  node: Node<O>,
  outputGradients: readonly (Value | undefined)[],
) => readonly (Contribution | undefined)[];

/** For operators with one output, whose gradient is therefore known to be there. */
export function single<O extends Operator>(
  rule: (gradient: Value, node: Node<O>, inputs: readonly Value[], output: Value) => readonly (Contribution | undefined)[],
): Vjp<O> {
  return (node, [gradient]) => {
    const [output] = node.outputs;
    if (gradient === undefined || output === undefined) throw new Error(`${node.operator} without a gradient`);
    return rule(gradient, node, inputsOf(node), output);
  };
}

export function inputsOf(node: Node): Value[] {
  return node.inputs.map((input, index) => {
    if (input === undefined) throw new Error(`${node.operator}: input ${index} is missing`);
    return input;
  });
}

/** The input at a place where the operator always has one. */
export function at(values: readonly (Value | undefined)[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Error(`value ${index} is missing`);
  return value;
}

/** Undoes broadcasting: sums a gradient over the axes along which a value of `like`'s shape was repeated. */
export function unbroadcast(gradient: Value, like: Value): Value {
  const offset = gradient.rank - like.rank;
  const axes = gradient.shape.flatMap((length, axis) => {
    const own = axis < offset ? 1 : lengthOf(like, axis - offset);
    return own === 1 && length !== 1 ? [axis] : [];
  });
  const summed = axes.length === 0 ? gradient : sum(gradient, axes);
  return offset === 0 ? summed : reshape(summed, fixedShape(like));
}
