/** Words of a translation that is still being written; the finished trace brings the real ones. */
import type { Span, Token } from '../../protocol/trace.ts';

/**
 * Tokens that touch make one word, except where letters meet punctuation. An apostrophe between letters ends the word
 * that it elides (l' + homme), as in the finished trace.
 */
export function provisionalWords(text: string, tokens: readonly Token[]): Span[] {
  const words: Span[] = [];
  for (const token of tokens) {
    if (token.start === token.end) continue;
    const last = words.at(-1);
    if (last !== undefined && token.start <= last.end && joins(text, token.start)) {
      words[words.length - 1] = { start: last.start, end: Math.max(last.end, token.end) };
    } else {
      words.push({ start: token.start, end: token.end });
    }
  }
  return words;
}

/** Whether the characters on both sides of an offset belong to one word. */
function joins(text: string, offset: number): boolean {
  const before = text[offset - 1] ?? ' ';
  const after = text[offset] ?? ' ';
  if (/['’]/.test(before)) return !/\p{L}/u.test(after);
  if (/['’-]/.test(after)) return /[\p{L}\p{N}]/u.test(before);
  return isWordly(before) === isWordly(after);
}

function isWordly(character: string): boolean {
  return /[\p{L}\p{M}\p{N}_\uD800-\uDFFF-]/u.test(character);
}
