/**
 * Words as one token each. Of a small corpus the pieces of a rare word are seen too seldom to mean anything: that a word is none
 * of those known says more than how it is spelled.
 */
import { wordPattern } from './byte-level.ts';
import type { EncodedText, TextTokenizer } from './tokenizer.ts';

/**
 * Each word that is one token of the vocabulary as that, every other as `unknown`.
 * @returns spans as `TextTokenizer.encode`'s, into `text`
 */
export function encodeWholeWords(text: string, tokenizer: TextTokenizer, unknown: number): EncodedText {
  const prefix = text.startsWith(' ') ? '' : ' ';
  const ids: number[] = [];
  const spans: { start: number; end: number }[] = [];
  for (const { 0: word, index } of `${prefix}${text}`.matchAll(wordPattern)) {
    if (word.trim() === '') continue;
    const [id, ...more] = tokenizer.encodeIds(word, { prefixSpace: false });
    ids.push(id === undefined || more.length > 0 ? unknown : id);
    const end = index + word.length - prefix.length;
    spans.push({ start: end - word.trimStart().length, end });
  }
  return { ids, spans };
}
