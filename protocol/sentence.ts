import { bulletLength, proseOf } from './prose.ts';
import type { Span } from './trace.ts';

/** No paragraph reaches further than this from the caret, in UTF-16 units: files may be large. */
const reach = 10_000;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** What comes before a name or an example: its full stop ends no sentence. */
const title = /(?:^|[\s("'\u2060])(?:Mr|Mrs|Ms|Mx|Dr|Prof|St|Mt|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Pres|Gov|Sen|Rep|vs|cf|e\.g|i\.e|viz|approx|ca)\.$/i;
/** What comes before a number. */
const counted = /(?:^|[\s("'\u2060])(?:Nos?|Figs?|Eqs?|Secs?|Chap|Ch|Vol|pp?|Art|Tab)\.$/i;
/** An initial, or initials: J. Smith, U.S. Army. "It is I." ends. */
const initials = /(?:^|[\s("'])(?!I\.$)(?:\p{Lu}\.)+$/u;
const quoteEnd = /[.!?…]["'”’»)\]]+$/u;
/** A mark inside a word or a URL ends nothing; only scripts without spaces need none. */
const endOfWord = /[\s。！？．…]\u2060*$/u;
const something = /[\p{L}\p{N}]/u;

/**
 * The sentences of a prose that `proseOf` made, in order, each without the white space around it and the bullet before
 * it. Line ends that are left in the prose separate sentences.
 */
export function sentencesOf(prose: string): Span[] {
  const sentences: Span[] = [];
  for (const { 0: line, index } of prose.matchAll(/[^\n\r\u2028\u2029]+/gu)) {
    const first = bulletLength(line);
    for (const { start, end } of sentencesOfLine(line.slice(first))) {
      sentences.push({ start: index + first + start, end: index + first + end });
    }
  }
  return sentences;
}

/**
 * The sentence at a caret: the one around it, or else the one before it, or else the first of its paragraph. Empty
 * where there is no text in the paragraph.
 * @param offset in UTF-16 units of `text`
 * @param languageId VS Code's language id of the document: decides which comment markers are no part of sentences
 */
export function sentenceAt(text: string, offset: number, languageId?: string): Span {
  const { caret, from, prose, paragraph } = surroundings(text, offset, languageId);
  const sentences = sentencesOf(prose.slice(paragraph.start, paragraph.end));
  const within = caret - from - paragraph.start;
  const sentence = sentences.findLast(({ start }) => start <= within) ?? sentences[0];
  if (sentence === undefined) return { start: caret, end: caret };
  const shift = from + paragraph.start;
  return { start: shift + sentence.start, end: shift + sentence.end };
}

/**
 * The paragraph at a caret, from its first sentence to its last: lines that were only wrapped belong together. Empty where
 * there is no text.
 * @param offset in UTF-16 units of `text`
 * @param languageId as of `sentenceAt`
 */
export function paragraphAt(text: string, offset: number, languageId?: string): Span {
  const { caret, from, prose, paragraph } = surroundings(text, offset, languageId);
  const sentences = sentencesOf(prose.slice(paragraph.start, paragraph.end));
  const [first, last] = [sentences[0], sentences.at(-1)];
  if (first === undefined || last === undefined) return { start: caret, end: caret };
  const shift = from + paragraph.start;
  return { start: shift + first.start, end: shift + last.end };
}

/** The prose around a caret: it begins at `from` in the text, and `paragraph` is where the caret stands in it. */
function surroundings(text: string, offset: number, languageId: string | undefined): { caret: number; from: number; prose: string; paragraph: Span } {
  const caret = Math.min(Math.max(0, Math.trunc(offset)), text.length);
  const from = startOfLine(text, Math.max(0, caret - reach), caret);
  const prose = proseOf(text.slice(from, caret + reach), languageId);
  return { caret, from, prose, paragraph: lineAround(prose, caret - from) };
}

function sentencesOfLine(line: string): Span[] {
  const sentences: { start: number; end: number }[] = [];
  const words = line.replace(code, found => 'X'.repeat(found.length));
  for (const { segment, index } of segmenter.segment(words)) {
    const last = sentences.at(-1);
    const end = index + segment.length;
    if (last !== undefined && continues(words.slice(last.start, last.end), segment)) last.end = end;
    else sentences.push({ start: index, end });
  }
  return sentences.map(span => trim(line, span)).filter(({ start, end }) => end > start);
}

/** Without white space, and what stands for nothing, at both ends. */
function trim(line: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && isBlank(line.charAt(start))) start++;
  while (end > start && isBlank(line.charAt(end - 1))) end--;
  return { start, end };
}

function isBlank(character: string): boolean {
  return character === '\u2060' || character.trim() === '';
}

/** How far before its end a sentence is looked at, in UTF-16 units. */
const tail = 60;
/** Code between backticks: no sentence ends in it, and it may begin one in lower case. */
const code = /(?<!`)(`{1,3})(?!`)[^`]{1,400}(?<!`)\1(?!`)/gu;

/** Mends what the Unicode rules (UAX #29) cut in two: `before` and `after` are one sentence. */
function continues(before: string, after: string): boolean {
  const ended = before.slice(-tail).trimEnd();
  return (
    !endOfWord.test(before) ||
    title.test(ended) ||
    (counted.test(ended) && /^\s*[\d(]/.test(after)) ||
    (initials.test(ended) && /^\s*\p{Lu}/u.test(after)) ||
    (quoteEnd.test(ended) && /^\s*\p{Ll}/u.test(after)) ||
    !something.test(before) || !something.test(after)
  );
}

/** The line or lines around `caret` with no line end between that is left in the prose. */
function lineAround(prose: string, caret: number): Span {
  let start = caret;
  let end = caret;
  while (start > 0 && !isLineEnd(prose.charAt(start - 1))) start--;
  while (end < prose.length && !isLineEnd(prose.charAt(end))) end++;
  return { start, end };
}

/** Where a line starts, at or after `from`; `from` itself when none does before the caret. */
function startOfLine(text: string, from: number, caret: number): number {
  if (from === 0 || isLineEnd(text.charAt(from - 1))) return from;
  for (let at = from; at < caret; at++) if (isLineEnd(text.charAt(at))) return at + 1;
  return from;
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r' || character === '\u2028' || character === '\u2029';
}
