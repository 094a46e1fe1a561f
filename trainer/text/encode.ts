import type { Span, Token } from '../../protocol/trace.ts';
import type { ReadPiece, SentenceReading } from './reading.ts';
import { pieceOptions } from './slots.ts';
import { tokenAt } from './token.ts';
import type { TextTokenizer } from './tokenizer.ts';
import { originOf } from './traced.ts';

/** A sentence as the encoder takes it. */
export interface EncodedSentence {
  /** Token ids; the end token is last. */
  readonly ids: readonly number[];
  /** One an id. Offsets are into the user's text, texts as the model reads them; the end token's span is empty. */
  readonly tokens: readonly Token[];
  /** What the slots in `ids` stand for, by number. */
  readonly slots: readonly string[];
}

/** Ids of the special tokens that a source sentence may hold. */
export interface SourceSpecial {
  readonly end: number;
  readonly slots: readonly number[];
}

/**
 * Encodes a sentence as training did (`encodePieces`), and keeps where each token stands in the user's text. A token
 * that is nothing but a space has an empty span. Slots that the model has no token for are encoded as text.
 */
export function encodeSentence(
  { pieces, span }: SentenceReading,
  tokenizer: TextTokenizer,
  special: SourceSpecial,
): EncodedSentence {
  const ids: number[] = [];
  const tokens: Token[] = [];
  const slots: string[] = [];
  pieces.forEach((piece, index) => {
    const id = piece.kind === 'slot' ? special.slots[piece.slot] : undefined;
    if (id !== undefined) {
      ids.push(id);
      slots.push(piece.text);
      tokens.push(tokenAt(piece.text, originIn(piece, { start: 0, end: piece.text.length }), tokenizer.tokenOf(id)));
      return;
    }
    const encoded = tokenizer.encode(piece.text, pieceOptions(index));
    encoded.ids.forEach((one, place) => {
      const part = encoded.spans[place] ?? { start: 0, end: 0 };
      tokens.push(tokenAt(piece.text.slice(part.start, part.end), originIn(piece, part), tokenizer.tokenOf(one)));
    });
    ids.push(...encoded.ids);
  });
  const end = tokens.at(-1)?.end ?? span.end;
  ids.push(special.end);
  tokens.push(tokenAt(tokenizer.nameOf(special.end) ?? '', { start: end, end }, undefined));
  return { ids, tokens, slots };
}

/** A slot has one origin, whatever part of it is asked for. */
function originIn(piece: ReadPiece, part: Span): Span {
  return piece.kind === 'slot' ? piece.span : originOf(piece, part);
}
