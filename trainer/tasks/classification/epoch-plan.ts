/** Which texts make which batch of an epoch: a function of the seed and the epoch's number, so that it can be made again. */
import { Random } from '../../training/random.ts';
import type { EncodedExample } from './dataset.ts';

/** Texts that make a batch of a bucket. */
export interface TextBatch {
  readonly bucket: number;
  readonly examples: readonly EncodedExample[];
}

export interface PlanSettings {
  /** Longest text of each. */
  readonly buckets: readonly number[];
  readonly tokensPerBatch: number;
  readonly seed: number;
}

export interface TextShape {
  readonly batch: number;
  readonly source: number;
}

/** A bucket's batch: as many texts as make about `tokens` places. */
export function shapeOf(length: number, tokens: number): TextShape {
  return { batch: Math.max(1, Math.floor(tokens / length)), source: length };
}

/** Every text once, in random order. */
export function planEpoch(examples: readonly EncodedExample[], epoch: number, settings: PlanSettings): TextBatch[] {
  const random = new Random(settings.seed, 'epoch', epoch);
  return random.shuffle(inBatches(random.shuffle([...examples]), settings));
}

/** Every text once, by length, nothing left to chance: for validation. */
export function planValidation(examples: readonly EncodedExample[], settings: PlanSettings): TextBatch[] {
  return inBatches(examples, settings);
}

function inBatches(examples: readonly EncodedExample[], { buckets, tokensPerBatch }: PlanSettings): TextBatch[] {
  return buckets.flatMap((length, bucket) => {
    const fitting = examples.filter(({ ids }) => ids.length <= length && ids.length > (buckets[bucket - 1] ?? 0));
    const { batch } = shapeOf(length, tokensPerBatch);
    return Array.from({ length: Math.ceil(fitting.length / batch) }, (_, part) => ({
      bucket,
      examples: fitting.slice(part * batch, (part + 1) * batch),
    }));
  });
}
