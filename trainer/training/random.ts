import { createHash } from 'node:crypto';

/**
 * A seeded stream of random numbers. Streams are told apart by name, so that drawing more from one never shifts
 * another, and any of them can be made again at a later start.
 *
 * The generator is sfc32 (Doty-Humphrey, PractRand): 128 bits of state, period at least 2³² for every seed.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(...names: readonly (string | number)[]) {
    const digest = createHash('sha256').update(names.join('\n')).digest();
    this.#a = digest.readInt32LE(0);
    this.#b = digest.readInt32LE(4);
    this.#c = digest.readInt32LE(8);
    this.#counter = digest.readInt32LE(12);
  }

  /** Uniform in [0, 1). */
  uniform = (): number => {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };

  /** Uniform in 0 … bound − 1. */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles in place (Fisher & Yates, as Durstenfeld 1964). */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const [a, b] = [items[last], items[other]];
      if (a === undefined || b === undefined) throw new RangeError('shuffled beyond the list');
      items[last] = b;
      items[other] = a;
    }
    return items;
  }
}

/** A 64-bit key made of the names, for generators that take one. */
export function keyOf(...names: readonly (string | number)[]): bigint {
  return createHash('sha256').update(names.join('\n')).digest().readBigUInt64LE(0);
}
