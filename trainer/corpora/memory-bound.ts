/** A corpus is held in memory, with all that is derived from it; a small archive may unpack to any size. */
import { Failure } from '../../protocol/failure.ts';

const mostCharacters = 250e6;

export class MemoryBound {
  #characters = 0;
  #count = 0;

  /** @param unit what the corpus is made of, in messages */
  constructor(private readonly unit: string) {}

  /** Counts one more text, pair or conversation. @throws Failure `bad-corpus` where it is one too many */
  add(characters: number): void {
    this.#characters += characters;
    if (this.#characters > mostCharacters) {
      throw new Failure(
        'bad-corpus',
        `The corpus has more than ${mostCharacters / 1e6} million characters (found in its first ${this.#count.toLocaleString('en')} ${this.unit}): it is held in memory, and at most so many are.`,
        'Train on a part of it.',
      );
    }
    this.#count++;
  }
}
