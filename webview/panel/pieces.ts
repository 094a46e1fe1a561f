import type { Span } from '../../protocol/trace.ts';

/** A stretch of a text that is a word, or stands between words. */
export interface Piece {
  readonly text: string;
  readonly word: number | undefined;
}

/** Cuts a text into its words and what stands between them; joined again they are the text. */
export function piecesOf(text: string, words: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  words.forEach(({ start, end }, word) => {
    if (start < at || end <= start || end > text.length) return;
    if (start > at) pieces.push({ text: text.slice(at, start), word: undefined });
    pieces.push({ text: text.slice(start, end), word });
    at = end;
  });
  if (at < text.length) pieces.push({ text: text.slice(at), word: undefined });
  return pieces;
}
