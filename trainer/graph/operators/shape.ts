import { lengthOf, type Value } from '../value.ts';
import { integers, scalar } from './constants.ts';
import { only, sub } from './elementwise.ts';

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

/** The length of one axis, int64 `[1]`: for one that is known only when the graph runs. */
export function measure(x: Value, axis: number): Value {
  return only(x.graph.node('Shape', [x], { start: axis, end: axis + 1 }));
}

/** 0, 1, 2 … int64, as many as an axis of `like` is long. */
export function countAlong(like: Value, axis: number): Value {
  const length = squeeze(measure(like, axis), 0);
  return only(like.graph.node('Range', [scalar(length, 0), length, scalar(length, 1)], {}));
}

/** The first rows of a table, as many as an axis of `like` is long. */
export function firstRows(table: Value, like: Value, axisOfLike = 0): Value {
  const { graph } = table;
  const length = measure(like, axisOfLike);
  const [zero, axis] = [integers(graph, [0]), integers(graph, [0])];
  return only(graph.node('Slice', [table, zero, length, axis], {}));
}

/** Repeats along axes of length 1 until the shape is reached. */
export function expand(x: Value, shape: readonly number[]): Value {
  return only(x.graph.node('Expand', [x, integers(x.graph, shape)], {}));
}

/** Repeats along the first axis, of length 1, as often as that of `like` is long. */
export function repeatAlong(x: Value, like: Value): Value {
  const { graph } = x;
  const rest = integers(graph, new Array<number>(x.rank - 1).fill(1));
  return only(graph.node('Expand', [x, concat([measure(like, 0), rest], 0)], {}));
}

/** Puts an axis of length 1 where the given one is then; -1 for the last. */
export function unsqueeze(x: Value, axis: number): Value {
  return only(x.graph.node('Unsqueeze', [x, integers(x.graph, [axis])], {}));
}

/** The elements of each row in the order in which `indices` names them: x `[batch, time, …]`, indices int64 `[batch, other]`. */
export function pick(x: Value, indices: Value): Value {
  return only(x.graph.node('GatherND', [x, unsqueeze(indices, -1)], { batch_dims: 1 }));
}

/** The same the other way round along an axis. */
export function flip(x: Value, axis: number): Value {
  const backwards = sub(sub(measure(x, axis), 1), countAlong(x, axis));
  return only(x.graph.node('Gather', [x, backwards], { axis }));
}

/** One place of an axis, which is then gone; a negative one counts from the end. */
export function at(x: Value, axis: number, place: number): Value {
  const { graph } = x;
  return only(graph.node('Gather', [x, graph.constant('int64', [], BigInt64Array.of(BigInt(place)))], { axis }));
}

/** Zeros before and behind each axis. */
export function padWithZeros(x: Value, before: readonly number[], behind: readonly number[]): Value {
  return only(x.graph.node('Pad', [x, integers(x.graph, [...before, ...behind])], { mode: 'constant' }));
}

/** Removes an axis of length 1; works where other lengths are symbolic. */
export function squeeze(x: Value, axis: number): Value {
  return only(x.graph.node('Squeeze', [x, integers(x.graph, [axis])], {}));
}
