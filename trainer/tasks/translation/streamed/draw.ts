/** Bounded draws from a corpus that passes by once, whatever its length. */
import { createHash } from 'node:crypto';
import type { Pair } from '../../../text/pairs.ts';
import type { Random } from '../../../training/random.ts';

/** References of one source that are kept; further ones are neither trained on nor held out. */
const mostReferences = 16;

/**
 * Draws distinct keys, each with its pairs: those whose hash with the seed is lowest, so that the result depends on the
 * set of keys and the seed, not on how many there are or in which order they come (a bottom-k sample, Cohen & Kaplan 2007).
 */
export class KeyDraw {
  readonly #kept = new Map<string, { readonly draw: string; readonly pairs: Pair[] }>();
  /** Keys drawn no lower than this can be among the lowest no more. */
  #limit: string | undefined;

  constructor(
    private readonly most: number,
    private readonly seed: number,
  ) {}

  add(key: string, pair: Pair): void {
    if (this.most === 0) return;
    const draw = createHash('sha256').update(`${this.seed}\n${key}`).digest('binary');
    if (this.#limit !== undefined && draw > this.#limit) return;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      if (known.pairs.length < mostReferences) known.pairs.push(copyOf(pair));
      return;
    }
    this.#kept.set(key, { draw, pairs: [copyOf(pair)] });
    // Sorted only now and then, so that each key costs little.
    if (this.#kept.size >= 2 * this.most + 64) this.#cut();
  }

  /** The pairs of each key drawn, the lowest first. */
  drawn(): (readonly Pair[])[] {
    this.#cut();
    return Array.from(this.#kept.values(), ({ pairs }) => pairs);
  }

  #cut(): void {
    const lowest = [...this.#kept].toSorted(([, one], [, other]) => (one.draw < other.draw ? -1 : 1)).slice(0, this.most);
    this.#kept.clear();
    for (const [key, entry] of lowest) this.#kept.set(key, entry);
    if (lowest.length === this.most) this.#limit = lowest.at(-1)?.[1].draw;
  }
}

/** So many pairs, each of those that passed by with the same chance (Vitter 1985, algorithm R). */
export class PairSample {
  readonly pairs: Pair[] = [];
  #seen = 0;

  constructor(
    private readonly most: number,
    /** Characters of either side; what is beyond is cut off. */
    private readonly longest: number,
    private readonly random: Random,
  ) {}

  add({ source, target }: Pair): void {
    const place = this.#seen++ < this.most ? this.#seen - 1 : this.random.below(this.#seen);
    if (place < this.most) this.pairs[place] = copyOf({ source: source.slice(0, this.longest), target: target.slice(0, this.longest) });
  }
}

/** Texts cut out of a line would keep the whole line in memory. */
function copyOf({ source, target }: Pair): Pair {
  return { source: Buffer.from(source).toString(), target: Buffer.from(target).toString() };
}
