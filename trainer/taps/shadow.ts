/**
 * What com.microsoft.Attention and QAttention keep to themselves, computed once more beside them from what they are given. The
 * formulas are those of ONNX Runtime's operator schemas and CPU kernels.
 */
import type { Appender } from './appender.ts';

/** What goes into such an operator: names of values; what is left out is `undefined`. */
export interface ProjectingAttention {
  /** `[batch, sequence, width]` */
  readonly input: string;
  /** `[width, queries + keys + values]` */
  readonly weights: string;
  readonly bias: string | undefined;
  /**
   * Rank 1: how many keys of each text are seen, then perhaps where they begin; rank 2, `[batch, key]`, and 3, `[batch, query, key]`:
   * which are seen (above 0). Rank 0: all.
   */
  readonly mask: { readonly value: string; readonly rank: number } | undefined;
  /** Keys, then values: `[2, batch, head, past, width of a head]`. */
  readonly past: string | undefined;
  /** Added to the scores: `[batch or 1, head or 1, query, key]`. */
  readonly attentionBias: string | undefined;
  readonly heads: number;
  /** Of all heads' queries together; keys are as wide. */
  readonly queryWidth: number;
  /** `undefined`: one over the square root of a head's width. */
  readonly scale: number | undefined;
  /** Added to the scores of keys that are not seen. */
  readonly maskFilterValue: number;
  readonly unidirectional: boolean;
}

const lowest = -3.4028234663852886e38;
const toTheEnd = 2 ** 31 - 1;

/** Adds softmax(scale · Q Kᵀ + mask + bias). @returns its name: `[batch, head, query, key]`, float32 */
export function probabilitiesOf(to: Appender, attention: ProjectingAttention): string {
  return to.node('Softmax', [scoresOf(to, attention).scores], { axis: 3 });
}

export interface ComparedSides {
  /** `[batch, head, query, width]` and `[batch, head, key, width]`, float32. */
  readonly queries: string;
  readonly keys: string;
  /** scale · Q Kᵀ + mask + bias, `[batch, head, query, key]`. */
  readonly scores: string;
}

/** Adds what the softmax is taken of. @returns names */
export function scoresOf(to: Appender, attention: ProjectingAttention): ComparedSides {
  const { heads, queryWidth, scale = 1 / Math.sqrt(queryWidth / heads), past, bias } = attention;
  const projected = to.node('MatMul', [to.cast(attention.input, 'float32'), to.slice(to.cast(attention.weights, 'float32'), 1, 0, 2 * queryWidth)]);
  const biased = bias === undefined ? projected : to.node('Add', [projected, to.slice(to.cast(bias, 'float32'), 0, 0, 2 * queryWidth)]);
  const split = to.transpose(to.reshape(biased, [0, 0, 2, heads, queryWidth / heads]), [2, 0, 3, 1, 4]);
  const queries = to.at(split, 0);
  const fresh = to.at(split, 1);
  const keys = past === undefined ? fresh : to.node('Concat', [to.cast(to.at(past, 0), 'float32'), fresh], { axis: 2 });
  const products = to.node('MatMul', [queries, to.transpose(keys, [0, 1, 3, 2])]);
  const scaled = to.node('Mul', [products, to.float(scale)]);
  const added = addedTo(to, attention, queries, keys);
  return { queries, keys, scores: added === undefined ? scaled : to.node('Add', [scaled, added]) };
}

/** Adds what the weights weigh. @returns its name: `[batch, head, key, width]`, float32 */
export function valuesOf(to: Appender, attention: ProjectingAttention): string {
  const { heads, queryWidth, past, bias } = attention;
  const rest = (value: string, axis: number): string => to.slice(to.cast(value, 'float32'), axis, 2 * queryWidth, toTheEnd);
  const projected = to.node('MatMul', [to.cast(attention.input, 'float32'), rest(attention.weights, 1)]);
  const biased = bias === undefined ? projected : to.node('Add', [projected, rest(bias, 0)]);
  const fresh = to.transpose(to.reshape(biased, [0, 0, heads, -1]), [0, 2, 1, 3]);
  return past === undefined ? fresh : to.node('Concat', [to.cast(to.at(past, 1), 'float32'), fresh], { axis: 2 });
}

/** Mask and bias together, as the operator adds them up before the scores. */
function addedTo(to: Appender, attention: ProjectingAttention, queries: string, keys: string): string | undefined {
  const hidden = attention.mask === undefined ? undefined : to.node('Where', [unseen(to, attention.mask, keys), to.float(attention.maskFilterValue), to.float(0)]);
  const mask = attention.unidirectional ? to.node('Where', [future(to, queries, keys), to.float(lowest), hidden ?? to.float(0)]) : hidden;
  if (attention.attentionBias === undefined) return mask;
  const bias = to.cast(attention.attentionBias, 'float32');
  return mask === undefined ? bias : to.node('Add', [bias, mask]);
}

/** Which keys come after each query; the last query stands at the last key: `[query, key]`. */
function future(to: Appender, queries: string, keys: string): string {
  const before = to.node('Sub', [to.lengths(keys, [2]), to.lengths(queries, [2])]);
  const standing = to.node('Add', [to.transpose(to.positions(queries, 2), [1, 0]), before]);
  return to.node('Less', [standing, to.positions(keys, 2)]);
}

/** Which keys are not seen: `[batch, 1, 1 or query, key]`. */
function unseen(to: Appender, { value, rank }: { readonly value: string; readonly rank: number }, keys: string): string {
  const mask = to.cast(value, 'int64');
  const hidden = to.node('Not', [rank === 1 ? inside(to, mask, keys) : to.node('Less', [to.integer(0), mask])]);
  if (rank === 3) return to.unsqueeze(hidden, [1]);
  // One number for all keys hides none of them.
  const isOfKeys = rank === 1 ? hidden : to.node('And', [hidden, to.node('Equal', [to.lengths(mask, [1]), to.lengths(keys, [2])])]);
  return to.unsqueeze(isOfKeys, [1, 2]);
}

/** Keys between where each text begins and where it ends: `[batch, key]`. */
function inside(to: Appender, mask: string, keys: string): string {
  // One row of ends, or one of ends and one of starts.
  const rows = to.node('Reshape', [mask, to.node('Concat', [to.integers([-1]), to.lengths(keys, [0])], { axis: 0 })]);
  const last = to.node('Sub', [to.lengths(rows, [0]), to.integers([1])]);
  // Where there are no starts, the last row is the first and counts 0 times.
  const starts = to.node('Mul', [to.node('Gather', [rows, last], { axis: 0 }), last]);
  const at = to.positions(keys, 2);
  const isBefore = to.node('Less', [at, to.transpose(starts, [1, 0])]);
  return to.node('And', [to.node('Less', [at, to.unsqueeze(to.at(rows, 0), [1])]), to.node('Not', [isBefore])]);
}
