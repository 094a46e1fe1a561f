/** Sums and means: every element that was summed gets the sum's gradient. */
import type { Node } from '../graph.ts';
import { mul } from '../operators/elementwise.ts';
import { expand, reshape } from '../operators/shape.ts';
import { elementCount, fixedShape, type Value } from '../value.ts';
import { dense } from './contribution.ts';
import { at, single } from './vjp.ts';

function spread(g: Value, node: Node, x: Value): Value {
  const axes = Array.from(at(node.inputs, 1).constant?.data ?? [], Number);
  const shape = fixedShape(x);
  const kept = axes.reduce((lengths, axis) => lengths.with(axis, 1), shape);
  const withAxes = g.rank === x.rank ? g : reshape(g, kept);
  return expand(withAxes, shape);
}

/** y = Σ x: x̄ = ȳ, repeated */
export const reduceSumVjp = single<'ReduceSum'>((g, node, inputs) => [dense(spread(g, node, at(inputs, 0)))]);

/** y = 1/n Σ x: x̄ = ȳ / n, repeated */
export const reduceMeanVjp = single<'ReduceMean'>((g, node, inputs, y) => {
  const x = at(inputs, 0);
  const count = elementCount(fixedShape(x)) / elementCount(fixedShape(y));
  return [dense(spread(mul(g, 1 / count), node, x))];
});
