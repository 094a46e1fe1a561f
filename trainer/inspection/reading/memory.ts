import type { HeldPass } from '../held.ts';
import type { MapFacts } from './map-facts.ts';

/** Keeps what was computed, up to a size: what was not asked for the longest goes first, the newest always stays. */
export class Memory<Value> {
  readonly #known = new Map<string, Value>();
  #size = 0;

  constructor(private readonly most: number, private readonly sizeOf: (value: Value) => number) {}

  /** @param make is called where it is not known, or known no longer */
  async recall(key: string, make: () => Value | Promise<Value>): Promise<Value> {
    const value = this.#known.get(key) ?? (await make());
    this.#forget(key);
    this.#known.set(key, value);
    this.#size += this.sizeOf(value);
    for (const oldest of this.#known.keys()) {
      if (this.#size <= this.most || oldest === key) break;
      this.#forget(oldest);
    }
    return value;
  }

  #forget(key: string): void {
    const value = this.#known.get(key);
    if (value === undefined) return;
    this.#known.delete(key);
    this.#size -= this.sizeOf(value);
  }
}

/** Maps that were worked out, `[row][column]`; those that are held as they are need no second place. */
export const maps = new Memory<Float32Array>(64 * 2 ** 20, ({ byteLength }) => byteLength);

/** What is told of maps, by the same keys. */
export const facts = new Memory<MapFacts>(10_000, () => 1);

const numbers = new WeakMap<HeldPass, number>();
let passes = 0;

/** The same for the same pass, and for no other: what is kept under it holds no pass in memory. */
export function keyOf(pass: HeldPass): string {
  const number = numbers.get(pass) ?? ++passes;
  numbers.set(pass, number);
  return String(number);
}
