/** Batches: pairs of token sequences of similar lengths, padded to a bucket's fixed shape. */
import type { BatchShape } from '../models/training-graph.ts';
import type { PaddedBatch } from './task.ts';

/** Token ids of one pair; the source ends with the end token, the target has neither start nor end. */
export interface EncodedPair {
  readonly source: readonly number[];
  readonly target: readonly number[];
  /** Which of its tokens belong together: guides attention where it is given. */
  readonly links?: readonly TokenLink[];
}

/** Positions of a source and a target token, counted from 0. */
export interface TokenLink {
  readonly source: number;
  readonly target: number;
}

export interface SpecialIds {
  readonly pad: number;
  readonly start: number;
  readonly end: number;
}

const masked = -1e9;

/**
 * Lays pairs out time-major, as the translators' training graphs describe their inputs; missing rows are all padding.
 * @param guided whether the graph takes `alignment`
 */
export function padBatch(pairs: readonly EncodedPair[], shape: BatchShape, special: SpecialIds, guided = false): PaddedBatch {
  const { batch, source, target } = shape;
  if (pairs.length > batch) throw new RangeError(`${pairs.length} pairs in a batch of ${batch}`);
  const pad = BigInt(special.pad);
  const sourceIds = new BigInt64Array(source * batch).fill(pad);
  const sourceMask = new Float32Array(source * batch);
  const sourceBias = new Float32Array(batch * source).fill(masked);
  const targetIds = new BigInt64Array(target * batch).fill(pad);
  const labels = new BigInt64Array(target * batch).fill(pad);
  const labelWeights = new Float32Array(target * batch);
  const tokens = pairs.reduce((sum, pair) => sum + pair.target.length + 1, 0);

  pairs.forEach((pair, row) => {
    pair.source.forEach((id, time) => {
      sourceIds[time * batch + row] = BigInt(id);
      sourceMask[time * batch + row] = 1;
      sourceBias[row * source + time] = 0;
    });
    for (let time = 0; time <= pair.target.length; time++) {
      targetIds[time * batch + row] = BigInt(time === 0 ? special.start : (pair.target[time - 1] ?? special.pad));
      labels[time * batch + row] = BigInt(pair.target[time] ?? special.end);
      labelWeights[time * batch + row] = 1 / tokens;
    }
  });
  const tensors = {
    source: sourceIds,
    source_mask: sourceMask,
    source_bias: sourceBias,
    target: targetIds,
    labels,
    label_weights: labelWeights,
  };
  return { tensors: guided ? { ...tensors, alignment: alignmentOf(pairs, shape) } : tensors, count: tokens };
}

/** `[target · batch, source]`, time-major: each linked target token's row spreads 1 over the source tokens it belongs to. */
function alignmentOf(pairs: readonly EncodedPair[], { batch, source, target }: BatchShape): Float32Array {
  const alignment = new Float32Array(target * batch * source);
  pairs.forEach(({ links = [] }, row) => {
    const sizes = new Map<number, number>();
    for (const link of links) sizes.set(link.target, (sizes.get(link.target) ?? 0) + 1);
    for (const link of links) alignment[(link.target * batch + row) * source + link.source] = 1 / (sizes.get(link.target) ?? 1);
  });
  return alignment;
}

/** A bucket: the longest source and target that fit. */
export interface Bucket {
  readonly source: number;
  readonly target: number;
}

/** The first bucket that a pair fits into, or -1. A target needs one place more than it has tokens, for start or end. */
export function bucketOf(pair: EncodedPair, buckets: readonly Bucket[]): number {
  return buckets.findIndex(({ source, target }) => pair.source.length <= source && pair.target.length + 1 <= target);
}

/** A bucket's batch: as many pairs as make about `tokens` target places. */
export function shapeOf({ source, target }: Bucket, tokens: number): BatchShape {
  return { batch: Math.max(1, Math.floor(tokens / target)), source, target };
}
