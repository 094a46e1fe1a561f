import type { Span } from '../../protocol/trace.ts';
import { mostSlots } from './slots.ts';
import { untouchedIn } from './untouched.ts';

/** The most words in a sentence that is translated in one. */
const mostWords = 60;

/** Not before so many words is a long sentence cut, if it can be helped. */
const fewestWords = 15;

/**
 * Cuts a sentence that has more words, or more to pass through untouched, than a model takes: after a comma, semicolon,
 * colon or dash where there is one, else between words. What can be cut no further is left as it is.
 */
export function cutLong(prose: string, sentence: Span, scripts: readonly string[] | undefined): Span[] {
  const parts: Span[] = [];
  let rest = sentence;
  for (;;) {
    const cut = cutOf(prose, rest, scripts);
    if (cut === undefined) return [...parts, rest];
    parts.push(trim(prose, rest.start, cut));
    rest = trim(prose, cut, rest.end);
  }
}

/**
 * What is to pass through a sentence untouched. Neighbours with nothing but spaces and punctuation between them are
 * taken as one where a model would not have slots for all.
 */
export function slotsIn(prose: string, { start, end }: Span, scripts: readonly string[] | undefined): Span[] {
  const spans = untouchedIn(prose.slice(start, end), scripts).map(span => ({ start: start + span.start, end: start + span.end }));
  if (spans.length <= mostSlots) return spans;
  const merged: { start: number; end: number }[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && /^[\s\p{P}\p{S}]*$/u.test(prose.slice(last.end, span.start))) last.end = span.end;
    else merged.push(span);
  }
  return merged;
}

/** What is looked at beyond the words that are too many, in UTF-16 units: no slot is cut in two. */
const margin = 600;

/** Where to cut, or `undefined` if there is no need or no way. */
function cutOf(prose: string, { start: first, end }: Span, scripts: readonly string[] | undefined): number | undefined {
  const words = firstWords(prose, first, end);
  const window = { start: first, end: Math.min(end, (words[mostWords]?.start ?? end) + margin) };
  const slots = slotsIn(prose, window, scripts);
  const tooManySlots = slots.length > mostSlots;
  if (!tooManySlots && words.length <= mostWords) return undefined;
  const limit = Math.min(slots[mostSlots]?.start ?? end, words[mostWords]?.start ?? end);
  const fewest = tooManySlots ? 1 : fewestWords;
  let clause: number | undefined;
  let between: number | undefined;
  words.forEach(({ start }, index) => {
    const isInSlot = slots.some(slot => slot.start < start && start < slot.end);
    if (index === 0 || start > limit || isInSlot) return;
    between = start;
    if (index >= fewest && clauseEnd.test(words[index - 1]?.text ?? '')) clause = start;
  });
  return clause ?? between;
}

/** The words a sentence may have, and one more. */
function firstWords(prose: string, start: number, end: number): { start: number; text: string }[] {
  const words: { start: number; text: string }[] = [];
  const word = /\S+/gu;
  word.lastIndex = start;
  while (words.length <= mostWords) {
    const found = word.exec(prose);
    if (found === null || found.index >= end) break;
    words.push({ start: found.index, text: found[0] });
  }
  return words;
}

const clauseEnd = /[,;:)\u2013\u2014]["'”’»]?$/u;

function trim(prose: string, from: number, to: number): Span {
  const text = prose.slice(from, to);
  return { start: from + text.length - text.trimStart().length, end: from + text.trimEnd().length };
}
