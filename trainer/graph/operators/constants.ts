import type { Value } from '../value.ts';
import type { Graph } from '../graph.ts';

/** A scalar of the same type as `like`. */
export function scalar(like: Value, number: number): Value {
  const data = like.type === 'float64' ? Float64Array.of(number) : Float32Array.of(number);
  return like.graph.constant(like.type, [], data);
}

/** Whole numbers that say how an operator works: a shape, axes, sizes. */
export function integers(graph: Graph, numbers: readonly number[]): Value {
  return graph.constant('int64', [numbers.length], BigInt64Array.from(numbers, BigInt));
}

/** A tensor of one number throughout, of the same type as `like`. */
export function filled(like: Value, shape: readonly number[], number: number): Value {
  const count = shape.reduce((product, length) => product * length, 1);
  const data = like.type === 'float64' ? new Float64Array(count) : new Float32Array(count);
  return like.graph.constant(like.type, shape, data.fill(number));
}
