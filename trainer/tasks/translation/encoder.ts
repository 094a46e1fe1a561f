/** Pairs as token ids, as they stand and with names and numbers as slots. */
import { normalizeForModel } from '../../text/normalize.ts';
import type { Pair } from '../../text/pairs.ts';
import { slotAugment } from '../../text/slot-augment.ts';
import { encodePieces } from '../../text/slots.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { EncodedPair, SpecialIds } from '../../training/batch.ts';
import type { TrainingExample } from './dataset.ts';
import { tokenLinks } from './token-links.ts';

export const specialTokens = {
  pad: '<pad>',
  start: '<s>',
  end: '</s>',
  slots: ['<slot1>', '<slot2>', '<slot3>', '<slot4>'],
} as const;

/** What a vocabulary begins with. */
export const specialList = [specialTokens.pad, specialTokens.start, specialTokens.end, ...specialTokens.slots];

export class PairEncoder {
  readonly special: SpecialIds;
  readonly #slotIds: readonly number[];

  constructor(private readonly tokenizer: TextTokenizer) {
    this.special = {
      pad: tokenizer.idOf(specialTokens.pad),
      start: tokenizer.idOf(specialTokens.start),
      end: tokenizer.idOf(specialTokens.end),
    };
    this.#slotIds = specialTokens.slots.map(slot => tokenizer.idOf(slot));
  }

  /** @param pair both sides as `normalizeForModel` leaves them */
  encode(pair: Pair): EncodedPair {
    return {
      source: [...this.tokenizer.encodeIds(pair.source), this.special.end],
      target: this.tokenizer.encodeIds(pair.target),
      ...(pair.links !== undefined && { links: tokenLinks(pair, pair.links, this.tokenizer) }),
    };
  }

  /**
   * @param pair both sides as `normalizeForModel` leaves them
   * @param random in [0, 1); decides which names become slots
   */
  example(pair: Pair, random: () => number): TrainingExample {
    const pieces = slotAugment(pair, random);
    const slotted = pieces && {
      source: [...encodePieces(pieces.source, this.tokenizer, this.#slotIds), this.special.end],
      target: encodePieces(pieces.target, this.tokenizer, this.#slotIds),
    };
    return { plain: this.encode(pair), slotted };
  }
}

export function normalized({ source, target, ...rest }: Pair): Pair {
  return { ...rest, source: normalizeForModel(source), target: normalizeForModel(target) };
}
