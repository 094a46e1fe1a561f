/** Tokens where they stand in a text. */
import type { Span, Token } from '../../protocol/trace.ts';
import type { EncodedText, TextTokenizer } from './tokenizer.ts';
import { originOf, type TracedText } from './traced.ts';

/**
 * @param spelled what it stands for, which of a space alone is nothing
 * @param piece as the vocabulary has it, where that is known
 */
export function tokenAt(spelled: string, { start, end }: Span, piece: string | undefined): Token {
  const text = spelled === '' ? ' ' : spelled;
  return { text, start, end, ...(piece === undefined || piece === text ? {} : { piece }) };
}

/** Those of a text that was encoded: what they spell is as it was read, their places are where that stems from. */
export function tokensOf(text: TracedText, { ids, spans }: EncodedText, tokenizer: Pick<TextTokenizer, 'tokenOf'>): Token[] {
  return spans.map((span, place) => tokenAt(text.text.slice(span.start, span.end), originOf(text, span), tokenizer.tokenOf(ids[place] ?? -1)));
}
