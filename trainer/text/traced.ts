import type { Span } from '../../protocol/trace.ts';

/**
 * A text made from another by hiding and replacing parts of it, that knows where each UTF-16 unit comes from: the unit
 * at `i` stems from `[starts[i], ends[i])` of the original. Both are `text.length` long and never decrease.
 */
export interface TracedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** `text` as it stands in its original, from `offset` on. */
export function traced(text: string, offset = 0): TracedText {
  const starts = Array.from({ length: text.length }, (_, unit) => offset + unit);
  return { text, starts, ends: starts.map(start => start + 1) };
}

/**
 * `String.replace` that keeps origins. What replaces a match stems from the whole of it; a match that is replaced by
 * itself keeps its own units' origins. `pattern` must be global.
 */
export function rewrite(source: TracedText, pattern: RegExp, replace: (found: string) => string): TracedText {
  let text = '';
  let from = 0;
  const starts: number[] = [];
  const ends: number[] = [];
  const keep = (to: number): void => {
    text += source.text.slice(from, to);
    for (let unit = from; unit < to; unit++) {
      starts.push(source.starts[unit] ?? 0);
      ends.push(source.ends[unit] ?? 0);
    }
    from = to;
  };
  for (const match of source.text.matchAll(pattern)) {
    const found = match[0];
    const replacement = replace(found);
    if (replacement === found) continue;
    keep(match.index);
    from = match.index + found.length;
    const { start, end } = originOf(source, { start: match.index, end: from });
    text += replacement;
    for (let unit = 0; unit < replacement.length; unit++) {
      starts.push(start);
      ends.push(end);
    }
  }
  if (from === 0) return source;
  keep(source.text.length);
  return { text, starts, ends };
}

/** A part of a traced text. */
export function sliceTraced(source: TracedText, start: number, end = source.text.length): TracedText {
  return {
    text: source.text.slice(start, end),
    starts: source.starts.slice(start, end),
    ends: source.ends.slice(start, end),
  };
}

/** The stretch of the original that `span` stems from. An empty span is at the start of the unit that follows it. */
export function originOf(source: TracedText, span: Span): Span {
  const start = source.starts[span.start] ?? source.ends.at(-1) ?? 0;
  return { start, end: span.end > span.start ? (source.ends[span.end - 1] ?? start) : start };
}
