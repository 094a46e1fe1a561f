import { lengthOf, type Value } from '../value.ts';
import { integers } from './constants.ts';
import { only } from './elementwise.ts';

/** Gives the elements another shape. One length may be -1 (whatever is left), 0 keeps the length at that axis. */
export function reshape(x: Value, shape: readonly number[]): Value {
  return only(x.graph.node('Reshape', [x, integers(x.graph, shape)], {}));
}

/** Axis `i` of the result is axis `permutation[i]` of `x`. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  return only(x.graph.node('Transpose', [x], { perm: permutation }));
}

/** Cuts an axis into pieces of the given lengths. */
export function split(x: Value, axis: number, lengths: readonly number[]): readonly Value[] {
  return x.graph.node('Split', [x, integers(x.graph, lengths)], { axis });
}

/** Cuts an axis into `count` equal pieces. */
export function chunk(x: Value, axis: number, count: number): readonly Value[] {
  return split(x, axis, new Array<number>(count).fill(lengthOf(x, axis) / count));
}

export function concat(parts: readonly Value[], axis: number): Value {
  const [first] = parts;
  if (first === undefined) throw new Error('nothing to concatenate');
  return parts.length === 1 ? first : only(first.graph.node('Concat', parts, { axis }));
}

/** Elements `start … end - 1` of one axis; a negative bound counts from the end. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const { graph } = x;
  const bounds = [[start], [end], [axis]].map(numbers => integers(graph, numbers));
  return only(graph.node('Slice', [x, ...bounds], {}));
}

/** The first rows of a table, as many as `like` is long: for a length that is known only when the graph runs. */
export function firstRows(table: Value, like: Value): Value {
  const { graph } = table;
  const length = only(graph.node('Shape', [like], { start: 0, end: 1 }));
  const [zero, axis] = [integers(graph, [0]), integers(graph, [0])];
  return only(graph.node('Slice', [table, zero, length, axis], {}));
}

/** Repeats along axes of length 1 until the shape is reached. */
export function expand(x: Value, shape: readonly number[]): Value {
  return only(x.graph.node('Expand', [x, integers(x.graph, shape)], {}));
}

/** Removes an axis of length 1; works where other lengths are symbolic. */
export function squeeze(x: Value, axis: number): Value {
  return only(x.graph.node('Squeeze', [x, integers(x.graph, [axis])], {}));
}
