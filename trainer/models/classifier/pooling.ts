/**
 * How a classifier makes one vector of a sequence: by attention, whose weights say what counted. What is attended to
 * stays visible after it, so that a label's score can be told apart by positions (`head.ts`).
 */
import { filled } from '../../graph/operators/constants.ts';
import { add, detach, tanh } from '../../graph/operators/elementwise.ts';
import { fusedMatmul } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { chunk, reshape, transpose } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import { atEachPosition, made } from '../attention/attention.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';

export type PoolingArchitecture =
  /** Every position counts the same. */
  | { readonly kind: 'mean' }
  /** One learnt query, compared additively (Yang et al. 2016, equations 5 to 7). */
  | { readonly kind: 'additive'; readonly width: number }
  /** Several of them, `hops`, kept apart by a penalty of this weight (Lin et al. 2017, equations 5 to 8). */
  | { readonly kind: 'self-attentive'; readonly width: number; readonly hops: number; readonly penalty: number }
  /** A learnt query of each head by scaled dot products (Vaswani et al. 2017, section 3.2; Lee et al. 2019, section 3.2). */
  | { readonly kind: 'multi-head'; readonly heads: number };

export interface Pooled {
  /** `Σ_j α_hj v_hj`, hop beside hop, `[batch, pooledFeatures]`. */
  readonly vector: Value;
  /** `α`, `[batch, hop, position]`; each hop's sum to 1. */
  readonly weights: Value;
  /** `v`, `[batch, position, features]` where all hops share it, else `[batch, hop, position, features]`. */
  readonly values: Value;
}

/** Maps of a pooling: one a learnt query. */
export function hopsOf(pooling: PoolingArchitecture): number {
  switch (pooling.kind) {
    case 'mean':
    case 'additive':
      return 1;
    case 'self-attentive':
      return pooling.hops;
    case 'multi-head':
      return pooling.heads;
  }
}

/** Features of the vector that comes out. */
export function pooledFeatures(pooling: PoolingArchitecture, features: number): number {
  return pooling.kind === 'multi-head' ? features : hopsOf(pooling) * features;
}

/** @param features of each position */
export function poolingParameters(pooling: PoolingArchitecture, features: number): ParameterSpec[] {
  const matrix = (name: string, out: number, input: number): ParameterSpec => ({ name, shape: [out, input], start: { kind: 'glorot' } });
  switch (pooling.kind) {
    case 'mean':
      return [];
    case 'additive':
      return [
        matrix('pooling.key', pooling.width, features),
        { name: 'pooling.key_bias', shape: [pooling.width], start: { kind: 'zeros' } },
        matrix('pooling.query', 1, pooling.width),
      ];
    case 'self-attentive':
      return [matrix('pooling.key', pooling.width, features), matrix('pooling.query', pooling.hops, pooling.width)];
    case 'multi-head':
      // Keys and values by one matrix, stacked. No layer follows over all heads: the classifier's own does.
      return [matrix('pooling.query', pooling.heads, features / pooling.heads), matrix('pooling.memory', 2 * features, features)];
  }
}

/**
 * @param memory `[batch, position, features]`, of any length where the batch is 1
 * @param bias `[batch, 1, position]`: 0, or −1e9 on padding; without one there is none
 */
export function pool(pooling: PoolingArchitecture, parameters: ParameterSource, memory: Value, bias?: Value): Pooled {
  const weigh = (scores: Value): Value => softmax(bias === undefined ? scores : add(scores, bias));
  switch (pooling.kind) {
    case 'mean':
      return poolShared(weigh(equalScores(memory)), memory);
    case 'additive':
      return poolShared(weigh(additiveScores(parameters, memory, parameters('pooling.key_bias'))), memory);
    case 'self-attentive':
      return poolShared(weigh(additiveScores(parameters, memory)), memory);
    case 'multi-head':
      return poolHeads(pooling.heads, parameters, memory, weigh);
  }
}

/** Zero everywhere, `[batch, 1, position]`, of a length that may be known only when the graph runs. */
function equalScores(memory: Value): Value {
  return transpose(atEachPosition(detach(memory), filled(memory, [1, lengthOf(memory, 2)], 0)), [0, 2, 1]);
}

/** `W₂ tanh(W₁ hᵀ + b)`, `[batch, hop, position]`. */
function additiveScores(parameters: ParameterSource, memory: Value, bias?: Value): Value {
  const hidden = tanh(atEachPosition(memory, parameters('pooling.key'), bias));
  return transpose(atEachPosition(hidden, parameters('pooling.query')), [0, 2, 1]);
}

function poolShared(weights: Value, memory: Value): Pooled {
  const [batch, hops, features] = [lengthOf(weights, 0), lengthOf(weights, 1), lengthOf(memory, 2)];
  return { vector: reshape(fusedMatmul(weights, memory), [batch, hops * features]), weights, values: memory };
}

function poolHeads(heads: number, parameters: ParameterSource, memory: Value, weigh: (scores: Value) => Value): Pooled {
  const [batch, features] = [lengthOf(memory, 0), lengthOf(memory, 2)];
  const width = features / heads;
  const both = atEachPosition(memory, parameters('pooling.memory'));
  const [keys, values] = chunk(both, 2, 2).map(half => transpose(reshape(half, [batch, -1, heads, width]), [0, 2, 1, 3]));
  const query = reshape(parameters('pooling.query'), [heads, 1, width]);
  const scores = fusedMatmul(query, made(keys), { transB: true, alpha: 1 / Math.sqrt(width) });
  const weights = weigh(reshape(scores, [batch, heads, -1]));
  const sums = fusedMatmul(reshape(weights, [batch, heads, 1, -1]), made(values));
  return { vector: reshape(sums, [batch, features]), weights, values: made(values) };
}
