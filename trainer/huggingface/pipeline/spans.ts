/** Where tokens stand, as a reader sees it. */
import type { Span } from '../../../protocol/trace.ts';
import type { TracedText } from '../../text/traced.ts';
import type { Piece } from './stages.ts';

const mark = /^\p{M}$/u;

/** Marks that no token has go to the one before; spaces at the ends go. */
export function fitted(text: string, pieces: readonly Piece[]): Piece[] {
  const fitting: Piece[] = [];
  let next: Piece | undefined;
  let nextBare: Piece | undefined;
  for (const piece of [...pieces].reverse()) {
    let { end } = piece;
    if (nextBare !== undefined && nextBare.start === piece.start && nextBare.end === piece.end) end = next?.end ?? end;
    else if (end > piece.start) end = overMarks(text, end, nextBare?.start ?? text.length);
    nextBare = piece;
    next = { ...piece, end };
    fitting.push(next);
  }
  return fitting.reverse().map(({ id, start, end }) => ({ id, ...trimmed(text, start, end) }));
}

function overMarks(text: string, from: number, limit: number): number {
  let end = from;
  while (end < limit) {
    const code = text.codePointAt(end) ?? 0;
    if (code < 0x300 || !mark.test(String.fromCodePoint(code))) break;
    end += code > 0xffff ? 2 : 1;
  }
  return Math.max(from, Math.min(end, limit));
}

/** A span without the spaces at its ends; of spaces only, the empty span after it. */
function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  return { start, end };
}

/** Where each token's characters stand. */
export function spansOf({ text, starts, ends }: TracedText, count: number): Span[] {
  const from: (number | undefined)[] = Array.from({ length: count }, () => undefined);
  const to: number[] = Array.from({ length: count }, () => 0);
  for (let unit = 0; unit < text.length; unit++) {
    const end = Math.min(count, ends[unit] ?? 0);
    for (let token = starts[unit] ?? 0; token < end; token++) {
      from[token] ??= unit;
      to[token] = unit + 1;
    }
  }
  let last = 0;
  return from.map((start, token) => {
    if (start === undefined) return { start: last, end: last };
    const span = trimmed(text, start, to[token] ?? start);
    last = span.end;
    return span;
  });
}
