import type { Span } from '../../protocol/trace.ts';

/** One replacement of a document change event, in offsets of the document as it was before the event. */
export interface Replacement {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/**
 * Where a span stands after one document change: moved by what was typed before it, untouched by what was typed after
 * it, `undefined` when something inside it changed. Text put exactly at its start or end is outside.
 */
export function trackEdits(span: Span, replacements: readonly Replacement[]): Span | undefined {
  let shift = 0;
  for (const { rangeOffset, rangeLength, text } of replacements) {
    const end = rangeOffset + rangeLength;
    if (end <= span.start) shift += text.length - rangeLength;
    else if (rangeOffset < span.end) return undefined;
  }
  return shift === 0 ? span : { start: span.start + shift, end: span.end + shift };
}
