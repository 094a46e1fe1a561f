import { proseOf } from '../../protocol/prose.ts';
import type { Span } from '../../protocol/trace.ts';

/**
 * Articles and pronouns that lose their vowel before another: the elided word is one of its own (l' + eau). Not so
 * within a word: aujourd'hui, quelqu'un.
 */
const elisions: Readonly<Record<string, RegExp>> = {
  fr: /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['\u2019](?=\p{L})/iu,
  it: /^(?:[cdlmnstv]|un|all|dell|dall|nell|sull|quell|quest|bell)['\u2019](?=\p{L})/iu,
  ca: /^[dlmnst]['\u2019](?=\p{L})/iu,
};

const segmenters = new Map<string, Intl.Segmenter>();

/**
 * The words of a text as a reader sees them and as they are aligned, in order and apart. Numbers and hyphenated words
 * are whole; a punctuation mark is a word of its own, a run of one mark ("...") one word; white space is none.
 * @param language BCP 47 tag
 * @param whole stretches that are one word each whatever they hold, in order and apart
 */
export function wordsOf(text: string, language = 'en', whole: readonly Span[] = []): Span[] {
  const words: Span[] = [];
  let from = 0;
  for (const span of whole) {
    words.push(...wordsWithin(text.slice(from, span.start), from, language));
    if (span.end > span.start) words.push({ start: span.start, end: span.end });
    from = Math.max(from, span.end);
  }
  return [...words, ...wordsWithin(text.slice(from), from, language)];
}

/**
 * The words of a text that is read, at their offsets in it: comment markers, marks of emphasis and fenced code, which are
 * looked through, are none.
 * @param languageId VS Code's language id of the document: decides which comment markers there are
 */
export function wordsOfProse(text: string, languageId: string | undefined, language: string, whole: readonly Span[] = []): Span[] {
  // What stands for nothing in a prose is a blank here: every word keeps its offset.
  return wordsOf(proseOf(text, languageId).replaceAll('\u2060', ' '), language, whole);
}

function wordsWithin(text: string, offset: number, language: string): Span[] {
  const elision = elisions[language.slice(0, 2)];
  const words: { start: number; end: number; isMark: boolean }[] = [];
  const add = (start: number, end: number, isMark: boolean): void => {
    const last = words.at(-1);
    if (last !== undefined && last.end === start && joins(text, last, { start, end, isMark })) last.end = end;
    else words.push({ start, end, isMark });
  };
  // The Unicode rules take a narrow no-break space for a part of a word; here no white space is.
  for (const { 0: chunk, index: from } of text.matchAll(/\S+/gu)) {
    for (const { segment, index, isWordLike } of segmenterOf(language).segment(chunk)) {
      const start = from + index;
      const end = start + segment.length;
      const elided = start + (elision?.exec(segment)?.[0].length ?? 0);
      if (elided > start) words.push({ start, end: elided, isMark: false }, { start: elided, end, isMark: false });
      else add(start, end, isWordLike !== true);
    }
  }
  return words.map(({ start, end }) => ({ start: offset + start, end: offset + end }));
}

/** A hyphen inside a word, a colon inside a time: they part no words. The same mark again goes on with the run. */
function joins(text: string, last: Span & { readonly isMark: boolean }, next: Span & { readonly isMark: boolean }): boolean {
  const before = text.slice(last.start, last.end);
  const after = text.slice(next.start, next.end);
  if (last.isMark) return next.isMark && before.endsWith(after);
  if (!next.isMark) return joiner.test(before);
  return joiner.test(before + after) && /^[\p{L}\p{N}]/u.test(text.slice(next.end));
}

const joiner = /[\p{L}\p{N}][-\u2010\u2011]$|\d[:/]$/u;

function segmenterOf(language: string): Intl.Segmenter {
  let segmenter = segmenters.get(language);
  if (segmenter === undefined) {
    segmenter = new Intl.Segmenter(isTag(language) ? language : 'en', { granularity: 'word' });
    segmenters.set(language, segmenter);
  }
  return segmenter;
}

function isTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}
