/** Batches: pairs of token sequences of similar lengths, padded to a bucket's fixed shape. */
import type { BatchShape } from '../models/training-graph.ts';

/** Token ids of one pair; the source ends with the end token, the target has neither start nor end. */
export interface EncodedPair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

export interface SpecialIds {
  readonly pad: number;
  readonly start: number;
  readonly end: number;
}

/** What the training graph is fed besides parameters and masks. */
export interface PaddedBatch {
  readonly tensors: Readonly<Record<string, BigInt64Array | Float32Array>>;
  /** Real target tokens, the end tokens included. */
  readonly tokens: number;
}

const masked = -1e9;

/** Lays pairs out time-major, as `translatorTrainingGraph` describes its inputs; missing rows are all padding. */
export function padBatch(pairs: readonly EncodedPair[], shape: BatchShape, special: SpecialIds): PaddedBatch {
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
  return { tensors, tokens };
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
