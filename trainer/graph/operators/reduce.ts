import type { Value } from '../value.ts';
import { integers } from './constants.ts';
import { only } from './elementwise.ts';

export interface ReduceOptions {
  /** Whether the reduced axes stay, with length 1 (the default). */
  readonly keepAxes?: boolean;
}

/** Sum over the given axes. */
export function sum(x: Value, axes: readonly number[], { keepAxes = true }: ReduceOptions = {}): Value {
  return only(x.graph.node('ReduceSum', [x, integers(x.graph, axes)], { keepdims: keepAxes ? 1 : 0 }));
}

/** Mean over the given axes. */
export function mean(x: Value, axes: readonly number[], { keepAxes = true }: ReduceOptions = {}): Value {
  return only(x.graph.node('ReduceMean', [x, integers(x.graph, axes)], { keepdims: keepAxes ? 1 : 0 }));
}

/** The largest over the given axes. */
export function largest(x: Value, axes: readonly number[], { keepAxes = true }: ReduceOptions = {}): Value {
  return only(x.graph.node('ReduceMax', [x, integers(x.graph, axes)], { keepdims: keepAxes ? 1 : 0 }));
}

/** Along an axis, the sum of all elements before each. */
export function sumBefore(x: Value, axis: number): Value {
  const { graph } = x;
  return only(graph.node('CumSum', [x, graph.constant('int64', [], BigInt64Array.of(BigInt(axis)))], { exclusive: 1 }));
}
