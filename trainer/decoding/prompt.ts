/**
 * What a language model is given of a text that it is to continue. Byte pairs are merged within a word, so a text that ends
 * in the middle of one ends in tokens that no training text has there: "I want t" is not the beginning of the tokens of
 * "I want to". The last word is therefore held back, and the model may say only what begins with it.
 */
import { proseOf } from '../../protocol/prose.ts';
import type { Token } from '../../protocol/trace.ts';
import { wordPattern } from '../text/byte-level.ts';
import { normalizeTraced } from '../text/normalize.ts';
import { tokenAt, tokensOf } from '../text/token.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { originOf, sliceTraced, traced, type TracedText } from '../text/traced.ts';
import { decodeUtf8 } from '../text/utf8.ts';

/** The last word of a text, as bytes that are still to be said. */
export interface HeldBack {
  readonly bytes: Uint8Array;
  /**
   * Where a stretch of these bytes stands in the user's text, and what it spells.
   * @param piece as the vocabulary has it
   */
  readonly tokenAt: (from: number, to: number, piece: string | undefined) => Token;
}

export interface Prompt {
  /** Of all words but the last. */
  readonly ids: readonly number[];
  /** One an id; offsets are into the user's text. */
  readonly tokens: readonly Token[];
  readonly held: HeldBack;
}

/**
 * @param languageId VS Code's language id of the document: decides which comment markers are looked through
 * @param mostHeld a word of more bytes is not held back
 * @returns undefined where there is nothing to continue
 */
export function readPrompt(text: string, languageId: string | undefined, tokenizer: TextTokenizer, mostHeld: number): Prompt | undefined {
  const whole = normalizeTraced(traced(proseOf(text, languageId)));
  const prose = whole.text.startsWith(' ') ? sliceTraced(whole, 1) : whole;
  if (prose.text.trim() === '') return undefined;
  const last = lastWord(prose.text, mostHeld);
  const kept = sliceTraced(prose, 0, last.start);
  const encoded = tokenizer.encode(kept.text);
  return { ids: encoded.ids, tokens: tokensOf(kept, encoded, tokenizer), held: heldBack(sliceTraced(prose, last.start), last.spelled) };
}

/** Where the last word begins, its own space included, and how it is spelled inside a text. */
function lastWord(prose: string, mostHeld: number): { readonly start: number; readonly spelled: string } {
  // The first word is spelled as any other, with a space before it.
  const lead = prose.startsWith(' ') ? '' : ' ';
  const match = [...`${lead}${prose}`.matchAll(wordPattern)].at(-1);
  const start = Math.max(0, (match?.index ?? 0) - lead.length);
  const spelled = match?.[0] ?? '';
  return new TextEncoder().encode(spelled).length > mostHeld ? { start: prose.length, spelled: '' } : { start, spelled };
}

function heldBack(word: TracedText, spelled: string): HeldBack {
  const bytes = new TextEncoder().encode(spelled);
  const characters = decodeUtf8(bytes).spans;
  const lead = spelled.length - word.text.length;
  const unitAt = (unit: number): number => Math.max(0, unit - lead);
  return {
    bytes,
    tokenAt: (from, to, piece) => {
      const start = unitAt(characters[from]?.start ?? spelled.length);
      const end = unitAt(characters[to - 1]?.end ?? 0);
      const space = /^ */u.exec(word.text.slice(start, end))?.[0].length ?? 0;
      return tokenAt(word.text.slice(start + space, end), originOf(word, { start: start + space, end }), piece);
    },
  };
}
