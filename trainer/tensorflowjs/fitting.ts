/** As much of a text as a model with a fixed length takes. */
import type { EncodedText } from '../text/tokenizer.ts';

/** @param side what is cut: `before`, as Keras' `pad_sequences` does unless it is told otherwise */
export function fit({ ids, spans }: EncodedText, length: number, side: 'before' | 'behind'): EncodedText {
  const cut = Math.max(0, ids.length - Math.max(0, length));
  const [from, to] = side === 'before' ? [cut, ids.length] : [0, ids.length - cut];
  return { ids: ids.slice(from, to), spans: spans.slice(from, to) };
}
