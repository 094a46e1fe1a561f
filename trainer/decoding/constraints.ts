/**
 * What a translation must obey whatever the model thinks: every slot of the source comes out exactly once, special
 * tokens that mean nothing in a translation never do, and it ends.
 */

/** Ids of the special tokens. */
export interface SpecialTokens {
  readonly pad: number;
  readonly start: number;
  readonly end: number;
  /** The k-th stands for the k-th piece of the source that passes through untouched. */
  readonly slots: readonly number[];
}

/** The slots that are still to come out, as a set of bits. */
export type Owed = number;

export class Constraints {
  /** What a hypothesis owes when it begins. */
  readonly atStart: Owed;
  /** The most tokens a hypothesis may have, its end token counted. */
  readonly longest: number;

  /**
   * @param slots how many slots the source has
   * @param longest a hypothesis that gets so long is ended; room for its slots is always kept
   */
  constructor(
    readonly special: SpecialTokens,
    slots: number,
    longest: number,
  ) {
    const usable = Math.min(slots, special.slots.length);
    this.atStart = (1 << usable) - 1;
    this.longest = Math.max(longest, usable + 2);
  }

  /**
   * Forbids what may not come next by setting its log-probability to -∞, in place.
   * @param logProbs `[vocabulary]`, of the next token of one hypothesis
   * @param length how many tokens the hypothesis has
   * @returns the only tokens that may come next, where those are few; otherwise all that are not forbidden may
   */
  restrict(logProbs: Float32Array, owed: Owed, length: number): readonly number[] | undefined {
    const { pad, start, end, slots } = this.special;
    logProbs[pad] = -Infinity;
    logProbs[start] = -Infinity;
    let count = 0;
    for (let slot = 0; slot < slots.length; slot++) {
      if ((owed & (1 << slot)) !== 0) count++;
      else logProbs[slots[slot] ?? end] = -Infinity;
    }
    const left = this.longest - length;
    if (count === 0) {
      if (left <= 1) return [end];
      // A sentence that has words is never translated by nothing.
      if (length === 0) logProbs[end] = -Infinity;
      return undefined;
    }
    // Where the model would end, or must soon, it says the slots that it owes instead.
    const mustPay = left <= count + 1 || argmax(logProbs) === end;
    logProbs[end] = -Infinity;
    return mustPay ? slots.filter((_, slot) => (owed & (1 << slot)) !== 0) : undefined;
  }

  /** What is still owed once `token` has come out. */
  after(token: number, owed: Owed): Owed {
    const slot = this.special.slots.indexOf(token);
    return slot < 0 ? owed : owed & ~(1 << slot);
  }
}

/** Where the largest of some numbers stands (the first of equals). */
export function argmax(values: Float32Array): number {
  let best = 0;
  let most = values[0] ?? -Infinity;
  for (let index = 1; index < values.length; index++) {
    const value = values[index] as number;
    if (value > most) {
      most = value;
      best = index;
    }
  }
  return best;
}
