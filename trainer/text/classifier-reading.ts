/** A text as a classifier reads it: the same in training, where only the words matter, and of a user, where their places do. */
import { proseOf } from '../../protocol/prose.ts';
import { lowerCase, lowerCaseTraced } from './lower-case.ts';
import { normalizeForModel, normalizeTraced } from './normalize.ts';
import type { EncodedText, TextTokenizer } from './tokenizer.ts';
import { rewrite, sliceTraced, traced, type TracedText } from './traced.ts';
import { encodeWholeWords } from './whole-words.ts';

export interface ReadingOptions {
  readonly lowercase: boolean;
}

/** How a classifier takes a text's words. */
export interface ClassifierVocabulary {
  readonly tokenizer: TextTokenizer;
  /** Whether words that are not one token are spelled by several. */
  readonly spell: boolean;
  /** What they are read as otherwise. */
  readonly mask: number;
}

/** A text that was read, as tokens. */
export function encodeForClassifier(reading: string, { tokenizer, spell, mask }: ClassifierVocabulary): EncodedText {
  return spell ? tokenizer.encode(reading) : encodeWholeWords(reading, tokenizer, mask);
}

/** A dash that parts a sentence, as a typewriter has it, which is how nearly all corpora do. */
const dash = / *[\u2014\u2015] *| \u2013 /gu;
const plainDash = (): string => ' -- ';

/** As `readForClassifier` reads a text without comment markers. */
export function readingOf(text: string, { lowercase }: ReadingOptions): string {
  const normal = normalizeForModel(text).replace(dash, plainDash).trim();
  return lowercase ? lowerCase(normal) : normal;
}

/**
 * What a user selected, comment markers and line wraps looked through; empty where there are no words.
 * @param languageId VS Code's id of the document's language
 */
export function readForClassifier(text: string, languageId: string | undefined, { lowercase }: ReadingOptions): TracedText {
  const normal = rewrite(normalizeTraced(traced(proseOf(text, languageId))), dash, plainDash);
  const read = lowercase ? lowerCaseTraced(normal) : normal;
  const start = read.text.length - read.text.trimStart().length;
  return sliceTraced(read, start, Math.max(start, read.text.trimEnd().length));
}
