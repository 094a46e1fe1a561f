/**
 * Training examples as a block of 16-bit numbers, a vocabulary having at most 64,000 tokens. An example is
 * `[source, target, slotted source, slotted target, links high, links low]`, which are lengths, then the tokens of each, then
 * two positions a link. One without slots has a slotted source of length 0, since a real one ends with its end token.
 */
import type { EncodedPair } from '../../../training/batch.ts';
import type { TrainingExample } from '../dataset.ts';

const lengths = 6;

/** Places of a block, unless a single example takes more. */
export const usualPlaces = 131_072;

/** A block that is being filled. */
export class BlockWriter {
  #places = new Uint16Array(usualPlaces);
  #used = 0;
  #pairs = 0;

  /** @returns the block that was full before, where it was */
  add({ plain, slotted }: TrainingExample): FilledBlock | undefined {
    const { source, target, links = [] } = plain;
    const size = lengths + source.length + target.length + (slotted?.source.length ?? 0) + (slotted?.target.length ?? 0) + 2 * links.length;
    const full = this.#pairs > 0 && this.#used + size > this.#places.length ? this.take() : undefined;
    if (size > this.#places.length) this.#places = new Uint16Array(size);
    const parts = [
      [source.length, target.length, slotted?.source.length ?? 0, slotted?.target.length ?? 0, Math.floor(links.length / 65_536), links.length % 65_536],
      source,
      target,
      ...(slotted === undefined ? [] : [slotted.source, slotted.target]),
    ];
    for (const part of parts) {
      this.#places.set(part, this.#used);
      this.#used += part.length;
    }
    for (const link of links) {
      this.#places[this.#used++] = link.source;
      this.#places[this.#used++] = link.target;
    }
    this.#pairs++;
    return full;
  }

  /** What was added since the last block, its own from now on. */
  take(): FilledBlock | undefined {
    if (this.#pairs === 0) return undefined;
    const block = { places: this.#places.slice(0, this.#used), pairs: this.#pairs };
    this.#used = 0;
    this.#pairs = 0;
    return block;
  }
}

export interface FilledBlock {
  readonly places: Uint16Array;
  readonly pairs: number;
}

/** Where each example of a block begins. */
export function startsOf({ places, pairs }: FilledBlock): number[] {
  const starts: number[] = [];
  for (let start = 0; starts.length < pairs; ) {
    starts.push(start);
    const [source = 0, target = 0, slotSource = 0, slotTarget = 0, high = 0, low = 0] = places.subarray(start, start + lengths);
    start += lengths + source + target + slotSource + slotTarget + 2 * (high * 65_536 + low);
  }
  return starts;
}

/** The example that begins there. */
export function exampleAt(places: Uint16Array, start: number): TrainingExample {
  const [source = 0, target = 0, slotSource = 0, slotTarget = 0, high = 0, low = 0] = places.subarray(start, start + lengths);
  let at = start + lengths;
  const next = (length: number): number[] => Array.from(places.subarray(at, (at += length)));
  const plain: EncodedPair = { source: next(source), target: next(target) };
  const slotted = { source: next(slotSource), target: next(slotTarget) };
  const links = Array.from({ length: high * 65_536 + low }, () => ({ source: places[at++] ?? 0, target: places[at++] ?? 0 }));
  return { plain: links.length === 0 ? plain : { ...plain, links }, slotted: slotSource === 0 ? undefined : slotted };
}
