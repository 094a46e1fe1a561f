/**
 * T5's relative positions (Raffel et al. 2020, section 2.1): each head adds to a score what it has learned for the distance
 * between key and query, in buckets that are single numbers when near and grow like logarithms further out.
 */
import { add, clip } from '../graph/operators/elementwise.ts';
import { embed } from '../graph/operators/lookup.ts';
import { transpose } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';
import { distances, type Timeline } from './attention.ts';

export interface Buckets {
  readonly count: number;
  /** Distances from here on share the last bucket. */
  readonly furthest: number;
  /** Whether keys after a query have buckets of their own, as in an encoder; else they have that of the query's own place. */
  readonly bothWays: boolean;
}

/**
 * What is added to scores, `[head, query, key]`.
 * @param table `[buckets, heads]`
 */
export function relativeBias(table: Value, times: Timeline, buckets: Buckets): Value {
  const { furthest } = buckets;
  // The buckets of all distances there are, as a table: rows of rows, which ONNX Runtime joins when it loads the graph.
  const numbers = BigInt64Array.from({ length: 2 * furthest + 1 }, (_, index) => BigInt(bucketOf(index - furthest, buckets)));
  const byDistance = embed(table, table.graph.constant('int64', [numbers.length], numbers));
  const places = add(clip(distances(times), -furthest, furthest), furthest);
  // [query, key, head] → [head, query, key]: scores have the batch before it.
  return transpose(embed(byDistance, places), [2, 0, 1]);
}

/**
 * @param distance key − query
 * @returns a row of the table; in float32 as transformers computes it (`_relative_position_bucket`), so that none is off by one
 */
export function bucketOf(distance: number, { count, furthest, bothWays }: Buckets): number {
  const side = bothWays ? count / 2 : count;
  const first = bothWays && distance > 0 ? side : 0;
  const far = bothWays ? Math.abs(distance) : Math.max(0, -distance);
  const single = Math.floor(side / 2);
  if (far < single) return first + far;
  const { fround, log } = Math;
  const part = fround(fround(log(fround(far / single))) / fround(log(furthest / single)));
  return first + Math.min(side - 1, single + Math.trunc(fround(part * (side - single))));
}
