/** Cuts a text into words as Keras does, and keeps where each stands. */
import type { Span } from '../../protocol/trace.ts';

export interface WordRules {
  readonly lower: boolean;
  /** Characters that separate words, white space besides. */
  readonly separators: string;
  /** Characters that words are written without. */
  readonly dropped: string;
  /** Every character is a token. */
  readonly byCharacter: boolean;
}

export interface SplitWord {
  readonly word: string;
  readonly span: Span;
}

/** What Keras' `Tokenizer` separates words by, and what `TextVectorization` takes out of them (keras.io). */
export const kerasTokenizerFilters = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';
export const textVectorizationPunctuation = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\'';

/** Offsets are in UTF-16 units of the text, and do not count what is dropped at a word's ends. */
export function splitWords(text: string, { lower, separators, dropped, byCharacter }: WordRules): SplitWord[] {
  const cased = (word: string): string => (lower ? word.toLowerCase() : word);
  const words: SplitWord[] = [];
  let word = '';
  let start = 0;
  let end = 0;
  const finish = (): void => {
    if (word !== '') words.push({ word: cased(word), span: { start, end } });
    word = '';
  };
  let at = 0;
  for (const character of text) {
    const next = at + character.length;
    if (separators.includes(character) || (!byCharacter && /\s/.test(character))) finish();
    else if (!dropped.includes(character)) {
      if (word === '') start = at;
      word += character;
      end = next;
      if (byCharacter) finish();
    }
    at = next;
  }
  finish();
  return words;
}
