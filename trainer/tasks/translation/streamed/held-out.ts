import type { Pair } from '../../../text/pairs.ts';
import { splitKey } from '../../../text/split.ts';

/** What validates and what tests, and which pairs would give it away. */
export class HeldOut {
  readonly validation: readonly Pair[];
  readonly test: readonly Pair[];
  readonly #sources: ReadonlySet<string>;
  readonly #targets: ReadonlySet<string>;

  constructor({ validation, test }: { readonly validation: readonly Pair[]; readonly test: readonly Pair[] }) {
    this.validation = validation;
    this.test = test;
    const all = [...validation, ...test];
    this.#sources = new Set(all.map(({ source }) => splitKey(source)));
    this.#targets = new Set(all.map(({ target }) => splitKey(target)));
  }

  /** Whether either side of a pair, letters and digits alone, stands in a held-out pair. */
  shares({ source, target }: Pair): boolean {
    return this.#sources.has(splitKey(source)) || this.#targets.has(splitKey(target));
  }
}
