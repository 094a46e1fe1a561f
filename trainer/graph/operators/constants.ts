import type { TensorData, Value } from '../value.ts';
import type { Graph } from '../graph.ts';

/** A scalar of the same type as `like`. */
export function scalar(like: Value, number: number): Value {
  return like.graph.constant(like.type, [], scalarData(like, number));
}

function scalarData({ type }: Value, number: number): TensorData {
  switch (type) {
    case 'float64':
      return Float64Array.of(number);
    case 'int64':
      return BigInt64Array.of(BigInt(number));
    case 'int32':
      return Int32Array.of(number);
    default:
      return Float32Array.of(number);
  }
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
