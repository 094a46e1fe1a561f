/** Token ids as a model with a fixed length takes them: padded with zeros, or cut. */
import type { EncodedText } from '../text/tokenizer.ts';

export interface FittedText extends EncodedText {
  /** As many as the model takes; 0 where there is padding. */
  readonly padded: readonly number[];
  /** Where in `padded` the first token stands. */
  readonly first: number;
  /** How many tokens were cut off. */
  readonly cut: number;
}

/**
 * @param length as the model fixes it; `undefined` where it is open
 * @param side where padding stands, and what is cut: `before`, as Keras' `pad_sequences` does unless it is told otherwise
 */
export function fit({ ids, spans }: EncodedText, length: number | undefined, side: 'before' | 'behind'): FittedText {
  if (length === undefined) return { ids, spans, padded: ids, first: 0, cut: 0 };
  const cut = Math.max(0, ids.length - length);
  const [from, to] = side === 'before' ? [cut, ids.length] : [0, ids.length - cut];
  const kept = ids.slice(from, to);
  const zeros = new Array<number>(length - kept.length).fill(0);
  const padded = side === 'before' ? [...zeros, ...kept] : [...kept, ...zeros];
  return { ids: kept, spans: spans.slice(from, to), padded, first: side === 'before' ? zeros.length : 0, cut };
}
