/** What n-grams make of a test set: the measure that a language model has to beat. */
import { bitsOf } from './bits-per-character.ts';
import { train as trainKneserNey } from './kneser-ney.ts';

/** How texts are cut into symbols. */
export interface Symbols {
  /** How many there are; their ids are 0 … count − 1. */
  readonly count: number;
  /** Lossless: texts that differ have symbols that differ. */
  readonly of: (text: string) => readonly number[];
}

/** Bits per character of `test`, by an interpolated modified Kneser–Ney model of the symbols of `train`. */
export function kneserNeyBits(train: readonly string[], test: readonly string[], symbols: Symbols, order = 5): number {
  const model = trainKneserNey(train.map(symbols.of), { order, vocabulary: symbols.count });
  return bitsOf(test, test.reduce((sum, text) => sum + model.logProbability(symbols.of(text)), 0));
}

/** The characters of these texts; any other is spelled by its UTF-8 bytes, so that no text is impossible. */
export function characterSymbols(texts: readonly string[]): Symbols {
  const ids = new Map<string, number>();
  for (const text of texts) for (const character of text) if (!ids.has(character)) ids.set(character, 256 + ids.size);
  const utf8 = new TextEncoder();
  return {
    count: 256 + ids.size,
    of: text => [...text].flatMap(character => ids.get(character) ?? [...utf8.encode(character)]),
  };
}
