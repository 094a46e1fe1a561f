/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2) with the batch first, `[batch, time, heads · width]`, as models of
 * transformers have it. Its weights are named `<name>.attention`: whoever reads the graph knows the layer by that.
 */
import { add, equal, greater, or, sub, where } from '../graph/operators/elementwise.ts';
import { fusedMatmul, matmul } from '../graph/operators/linear.ts';
import { softmax } from '../graph/operators/normalize.ts';
import { concat, countAlong, expand, measure, reshape, transpose } from '../graph/operators/shape.ts';
import { lengthOf, type Value } from '../graph/value.ts';
import { overKeys } from './layers.ts';

export interface Heads {
  readonly count: number;
  /** Features of each. */
  readonly width: number;
}

/** `[batch, time, heads · width]` → `[batch, head, time, width]` */
export function splitHeads(x: Value, { count, width }: Heads): Value {
  return transpose(reshape(x, [0, 0, count, width]), [0, 2, 1, 3]);
}

/** The way back. */
function joinHeads(x: Value): Value {
  return reshape(transpose(x, [0, 2, 1, 3]), [0, 0, lengthOf(x, 1) * lengthOf(x, 3)]);
}

/** Keys or values `[batch, head, time, width]` that several heads of queries share, once for each of them (Ainslie et al. 2023, section 2.2). */
export function shareHeads(x: Value, heads: number): Value {
  const [own, width] = [lengthOf(x, 1), lengthOf(x, 3)];
  if (own === heads) return x;
  const apart = reshape(x, [0, own, 1, -1, width]);
  return reshape(expand(apart, [1, 1, heads / own, 1, 1]), [0, heads, -1, width]);
}

/** `[batch, head, time, width]` each. */
export interface Projections {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

/**
 * `softmax(scale · Q Kᵀ + bias) V` → `[batch, query, heads · width]`
 * @param bias broadcasts to `[batch, head, query, key]`
 */
export function attend({ query, key, value }: Projections, bias: Value | undefined, scale: number, name: string): Value {
  const scores = fusedMatmul(query, key, { transB: true, alpha: scale });
  const weights = softmax(bias === undefined ? scores : add(scores, bias), `${name}.attention`);
  return joinHeads(matmul(weights, value));
}

/** The lowest float32: what transformers adds to the scores of what is not to be looked at. */
const lowest = -3.4028234663852886e38;

/** Where a query must not look → what is added to its scores. */
export function biasOf(blocked: Value): Value {
  return where(blocked, blocked.graph.constant('float32', [], Float32Array.of(lowest)), 0);
}

/** Where padding is: an `attention_mask` int64 `[batch, key]`, 0 at padding → bool `[batch, 1, 1, key]` */
export function padding(mask: Value): Value {
  return overKeys(equal(mask, 0));
}

/** Which places of a sequence a graph is given, and which those are that it was given before. */
export interface Timeline {
  /** int64 `[query]` */
  readonly queries: Value;
  /** int64 `[key]`: of the past, too. */
  readonly keys: Value;
}

/**
 * @param ids `[batch, query]`
 * @param past keys `[batch, head, past, width]` of what was given before
 */
export function timeline(ids: Value, past: Value | undefined): Timeline {
  const here = countAlong(ids, 1);
  if (past === undefined) return { queries: here, keys: here };
  const queries = add(here, measure(past, 2));
  return { queries, keys: concat([countAlong(past, 2), queries], 0) };
}

/**
 * Where a query must not look because it comes later, or too long before: bool `[query, key]`
 * @param window the number of places that it may look at, itself among them
 */
export function later({ queries, keys }: Timeline, window?: number): Value {
  const [query, key] = [reshape(queries, [-1, 1]), reshape(keys, [1, -1])];
  const blocked = greater(key, query);
  return window === undefined ? blocked : or(blocked, greater(sub(query, key), window - 1));
}

/** `key − query`, int64 `[query, key]` */
export function distances({ queries, keys }: Timeline): Value {
  return sub(reshape(keys, [1, -1]), reshape(queries, [-1, 1]));
}
