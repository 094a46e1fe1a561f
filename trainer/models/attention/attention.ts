/**
 * What all scores have in common. Attention compares a query with every position of a source and gives a weighted sum of
 * what the source holds there. In training each row of a batch has its own source, of fixed length; in decoding a beam of
 * rows shares one source, of symbolic length. The scores are written once for both.
 */
import { add } from '../../graph/operators/elementwise.ts';
import { fusedMatmul, linear, matmul } from '../../graph/operators/linear.ts';
import { reshape } from '../../graph/operators/shape.ts';
import { lengthOf, type Shape, type Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';

/** A score with its sizes known. */
export interface Attention {
  readonly parameters: readonly ParameterSpec[];
  readonly heads: number;
  /** Features of the context. */
  readonly features: number;
  /** Shapes of what `keys` gives in decoding, where it crosses from one graph to another. */
  readonly shared: Readonly<Partial<Record<keyof Keys, Shape>>>;
  /** What can be computed once a source, from the encoder's annotations `[batch, source, features]`. */
  keys(parameters: ParameterSource, annotations: Value, positions: Positions): Keys;
  /** @param query `[rows, query]` */
  attend(parameters: ParameterSource, query: Value, keys: Keys, options?: AttendOptions): Attended;
}

/** In training the first axis is the batch's; in decoding it is 1, and the source's length is symbolic. */
export interface Keys {
  /** What is summed up, `[batch, source, features]`; of several heads `[batch, head, source, features]`. */
  readonly memory: Value;
  /** What queries are compared with, where that is something else. */
  readonly keys?: Value;
  /** `[1, source]`: 0, 1, 2 … */
  readonly positions?: Value;
  /** `[batch, 1]`: how many tokens each source has. */
  readonly lengths?: Value;
}

/** Where the source's tokens stand, computed only where a score asks for it. */
export interface Positions {
  positions(): Value;
  lengths(): Value;
}

export interface AttendOptions {
  /** `[batch, source]`: 0, or −1e9 where the source is padding. */
  readonly bias?: Value | undefined;
  /** `[rows, source]`: the sum of what earlier steps attended to. */
  readonly coverage?: Value | undefined;
  /** `[rows, source]`: Gumbel noise, in training by sampling. */
  readonly noise?: Value | undefined;
}

export interface Attended {
  /** `α_tj`, `[rows, source]`; of several heads `[rows, head, source]`. */
  readonly weights: Value;
  /** `c_t = Σ_j α_tj h_j`, `[rows, features]`. */
  readonly context: Value;
  /** The distribution that `weights` were sampled from, where they were. */
  readonly distribution?: Value;
}

/** What rows of queries and of sources are called where a score is built. */
export interface AttentionSizes {
  /** Features of a query: the decoder's hidden state. */
  readonly query: number;
  /** Features of an annotation. */
  readonly memory: number;
}

/** Whether all rows share one source, whose length is symbolic: decoding. */
export const isShared = (keys: Value): boolean => keys.shape.some(length => typeof length === 'string');

/** `x_j Wᵀ + b` at every position: `[batch, source, in]` gives `[batch, source, out]`. */
export function atEachPosition(x: Value, weight: Value, bias?: Value): Value {
  const rows = linear(reshape(x, [-1, lengthOf(x, 2)]), weight, bias);
  return reshape(rows, [lengthOf(x, 0), -1, lengthOf(weight, 0)]);
}

/** `alpha · qᵀ k_j`: query `[rows, width]`, keys `[batch, source, width]` give `[rows, source]`. */
export function dotProducts(query: Value, keys: Value, alpha = 1): Value {
  const width = lengthOf(keys, 2);
  if (lengthOf(keys, 0) === 1) return fusedMatmul(query, reshape(keys, [-1, width]), { transB: true, alpha });
  const [batch, source] = [lengthOf(keys, 0), lengthOf(keys, 1)];
  return reshape(fusedMatmul(reshape(query, [batch, 1, width]), keys, { transB: true, alpha }), [batch, source]);
}

/** `Σ_j α_j h_j`: weights `[rows, source]`, memory `[batch, source, features]` give `[rows, features]`. */
export function weightedSum(weights: Value, memory: Value): Value {
  const features = lengthOf(memory, 2);
  if (isShared(memory)) return matmul(weights, reshape(memory, [-1, features]));
  const [batch, source] = [lengthOf(memory, 0), lengthOf(memory, 1)];
  return reshape(fusedMatmul(reshape(weights, [batch, 1, source]), memory), [batch, features]);
}

/** Scores with padding masked out. */
export const masked = (scores: Value, bias: Value | undefined): Value => (bias === undefined ? scores : add(scores, bias));

/** A value that this score's own `keys` made. */
export function made(value: Value | undefined): Value {
  if (value === undefined) throw new Error('attention without its keys');
  return value;
}
