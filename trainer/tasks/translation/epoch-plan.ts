/** Which pairs make which batch of an epoch: a function of the seed and the epoch's number, so that it can be made again. */
import { bucketOf, type Bucket, type EncodedPair, shapeOf } from '../../training/batch.ts';
import { Random } from '../../training/random.ts';
import type { TrainingExample } from './dataset.ts';

/** Pairs that make a batch of a bucket. */
export interface PairBatch {
  readonly bucket: number;
  readonly pairs: readonly EncodedPair[];
}

export interface PlanSettings {
  readonly buckets: readonly Bucket[];
  readonly tokensPerBatch: number;
  /** How often an example is several pairs joined. */
  readonly join: number;
  readonly seed: number;
}

/** Half of the pairs that have slots show them in any one epoch, so that both forms are learnt. */
const slotShare = 0.5;

/** Every pair once, in random order; some joined with the next one to three. Pairs too long for any bucket are left out. */
export function planEpoch(examples: readonly TrainingExample[], epoch: number, settings: PlanSettings): PairBatch[] {
  const random = new Random(settings.seed, 'epoch', epoch);
  const order = random.shuffle(examples.map((_, index) => index));
  const filler = new BatchFiller(settings, random);
  const batches: PairBatch[] = [];
  for (let next = 0; next < order.length; ) {
    const wanted = filler.wanted();
    batches.push(...filler.add(order.slice(next, next + wanted).flatMap(index => examples[index] ?? [])));
    next += wanted;
  }
  batches.push(...filler.rest());
  return random.shuffle(batches);
}

/** Sorts pairs into batches by length as they come, some of them joined. */
export class BatchFiller {
  readonly #filling: EncodedPair[][];
  readonly #sizes: readonly number[];

  constructor(
    private readonly settings: PlanSettings,
    private readonly random: Random,
  ) {
    this.#filling = settings.buckets.map(() => []);
    this.#sizes = settings.buckets.map(bucket => shapeOf(bucket, settings.tokensPerBatch).batch);
  }

  /** Draws how many pairs to add together next: one, or two to four to be joined. */
  wanted(): number {
    return this.random.uniform() < this.settings.join ? 2 + this.random.below(3) : 1;
  }

  /** @returns the batches that are full now */
  add(taken: readonly TrainingExample[]): PairBatch[] {
    return fitting(taken, this.settings.buckets, this.random).flatMap(pair => {
      const bucket = bucketOf(pair, this.settings.buckets);
      const group = this.#filling[bucket];
      if (group === undefined) return [];
      group.push(pair);
      return group.length === this.#sizes[bucket] ? [{ bucket, pairs: group.splice(0) }] : [];
    });
  }

  /** What is left over at the end: batches that are not full. */
  rest(): PairBatch[] {
    return this.#filling.flatMap((pairs, bucket) => (pairs.length > 0 ? [{ bucket, pairs: pairs.splice(0) }] : []));
  }
}

/** One pair as it is or with slots; several joined into one where that fits a bucket, else each by itself. */
function fitting(taken: readonly TrainingExample[], buckets: readonly Bucket[], random: Random): EncodedPair[] {
  const [first] = taken;
  if (taken.length === 1 && first !== undefined) {
    return [first.slotted !== undefined && random.uniform() < slotShare ? first.slotted : first.plain];
  }
  const joined = joinPairs(taken.map(({ plain }) => plain));
  return bucketOf(joined, buckets) >= 0 ? [joined] : taken.map(({ plain }) => plain);
}

/** Pairs as one longer pair: the sources with one end token, the targets one after the other. */
export function joinPairs(pairs: readonly EncodedPair[]): EncodedPair {
  const source = pairs.flatMap(pair => pair.source.slice(0, -1));
  const [end] = pairs.at(-1)?.source.slice(-1) ?? [];
  const joined = { source: end === undefined ? source : [...source, end], target: pairs.flatMap(({ target }) => target) };
  if (pairs.every(({ links }) => links === undefined)) return joined;
  const at = { source: 0, target: 0 };
  const links = pairs.flatMap(pair => {
    const moved = (pair.links ?? []).map(link => ({ source: link.source + at.source, target: link.target + at.target }));
    at.source += pair.source.length - 1;
    at.target += pair.target.length;
    return moved;
  });
  return { ...joined, links };
}

/** Pairs sorted into batches by length, nothing joined or left to chance: for validation. */
export function planValidation(pairs: readonly EncodedPair[], settings: PlanSettings): PairBatch[] {
  return settings.buckets.flatMap((bucket, index) => {
    const fitted = pairs.filter(pair => bucketOf(pair, settings.buckets) === index);
    const { batch } = shapeOf(bucket, settings.tokensPerBatch);
    return Array.from({ length: Math.ceil(fitted.length / batch) }, (_, part) => ({
      bucket: index,
      pairs: fitted.slice(part * batch, (part + 1) * batch),
    }));
  });
}
