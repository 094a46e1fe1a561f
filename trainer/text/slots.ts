import type { Span } from '../../protocol/trace.ts';
import type { DecodedText, EncodeOptions, TextTokenizer } from './tokenizer.ts';

/**
 * A sentence as the model reads it: words, and slots. A slot is a special token that stands for a string which passes
 * through untouched (a number, a URL, a piece of code). The source's slots are numbered in order, from 0; in the
 * translation they may come out in another. Pieces follow one another without a gap: spaces around a slot are the
 * texts'.
 */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly text: string; readonly slot: number };

/** The most slots in a sentence: as many as a model has slot tokens. */
export const mostSlots = 4;

/**
 * How the piece at `index` is tokenized. Only what begins a sentence gets a space before it that is not there; a space
 * before a slot is a token of its own, so that spacing comes back exactly as it was: "at 10", "(10)", "l'10".
 */
export function pieceOptions(index: number): EncodeOptions {
  return { prefixSpace: index === 0 };
}

/** The ids of a sentence's pieces, without an end token. Slots beyond those that the model has are encoded as text. */
export function encodePieces(
  pieces: readonly Piece[],
  tokenizer: TextTokenizer,
  slotIds: readonly number[],
): number[] {
  return pieces.flatMap((piece, index) => {
    const id = piece.kind === 'slot' ? slotIds[piece.slot] : undefined;
    return id === undefined ? tokenizer.encodeIds(piece.text, pieceOptions(index)) : [id];
  });
}

/**
 * The text that ids spell, with each slot's own string in its place. Total; a slot without a string spells nothing.
 * Where the model left out the space between a word and a slot that would run together, it is put in.
 */
export function decodeWithSlots(
  ids: readonly number[],
  tokenizer: TextTokenizer,
  slotIds: readonly number[],
  slotStrings: readonly string[],
): DecodedText {
  let text = '';
  const spans: Span[] = [];
  for (let first = 0; first < ids.length; ) {
    const slot = slotIds.indexOf(ids[first] ?? -1);
    if (slot >= 0) {
      const string = slotStrings[slot] ?? '';
      if (runsTogether.test(text) && /^[\p{L}\p{N}]/u.test(string)) text += ' ';
      spans.push({ start: text.length, end: text.length + string.length });
      text += string;
      first++;
      continue;
    }
    let end = first + 1;
    while (end < ids.length && !slotIds.includes(ids[end] ?? -1)) end++;
    const run = tokenizer.decode(ids.slice(first, end), { prefixSpace: first === 0 });
    for (const span of run.spans) spans.push({ start: text.length + span.start, end: text.length + span.end });
    text += run.text;
    first = end;
  }
  return { text, spans };
}

/** A word or a mark that is followed by a space when a word or number comes next. */
const runsTogether = /[\p{L}\p{N}.,;:!?%»)\]]$/u;
