import type { Span } from '../../protocol/trace.ts';

/** As far from the caret as a sentence is looked for, in UTF-16 code units: documents may be huge, lines too. */
const reach = 10_000;

/** A stretch of a document of `length` code units, around the caret, that is sure to hold its sentence. */
export function caretWindow(offset: number, length: number): Span {
  return { start: Math.max(0, offset - reach), end: Math.min(length, offset + reach) };
}
