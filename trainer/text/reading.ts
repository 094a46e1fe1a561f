import { proseOf, visible } from '../../protocol/prose.ts';
import { sentencesOf } from '../../protocol/sentence.ts';
import type { Span } from '../../protocol/trace.ts';
import { cutLong, slotsIn } from './long-sentences.ts';
import { normalizeTraced } from './normalize.ts';
import { rewrite, sliceTraced, traced, type TracedText } from './traced.ts';
import { writingOf } from './script.ts';
import { symbolsAround } from './untouched.ts';

type Scripts = readonly string[] | undefined;

/** A piece of a sentence (see `Piece`) that knows where in the user's text it stands. */
export type ReadPiece =
  /** Normalised for the model; every unit's origin is in the user's text. */
  | ({ readonly kind: 'text' } & TracedText)
  /** Passes through untouched. */
  | { readonly kind: 'slot'; readonly text: string; readonly slot: number; readonly span: Span };

export interface SentenceReading {
  /** Where the sentence stands in the user's text, without white space, comment markers or bullets around it. */
  readonly span: Span;
  /** What to put before the sentence in the translation, after the one before: a space, line ends, a bullet. */
  readonly separator: string;
  /** Symbols and emoji that stand before and after the sentence's words: put there in the translation as they are. */
  readonly before: string;
  readonly after: string;
  /** What the model is given; empty where there is nothing to translate (then `before` is the whole sentence). */
  readonly pieces: readonly ReadPiece[];
}

export interface Reading {
  /** In the order of the text. The translation is each one's separator, before, translated pieces and after. */
  readonly sentences: readonly SentenceReading[];
}

export interface ReadOptions {
  /** VS Code's id of the document's language: decides which comment markers are looked through. */
  readonly languageId?: string | undefined;
  /** The language that the model reads, as a tag: letters that it is not written in pass through untouched. */
  readonly language: string;
}

/**
 * Turns what a user selected into sentences fit for a model. Comment markers, quote marks and the line ends of wrapped
 * paragraphs are looked through; line ends that part paragraphs or list items are kept, with all that stands between
 * them; long sentences are cut. Takes any text and never throws: no sentence comes of one without any.
 */
export function readText(text: string, { languageId, language }: ReadOptions): Reading {
  const scripts = writingOf(language);
  const prose = proseOf(text, languageId);
  let end = 0;
  const sentences = sentencesOf(prose)
    .flatMap(span => cutLong(prose, span, scripts))
    .map((span, index) => {
      const separator = separatorOf(text, prose, { start: end, end: span.start }, index === 0);
      end = span.end;
      return readSentence(prose, span, separator, scripts);
    });
  return { sentences };
}

/** Within a paragraph sentences are a space apart, however they were wrapped; else what stands between is kept. */
function separatorOf(text: string, prose: string, { start, end }: Span, isFirst: boolean): string {
  const between = prose.slice(start, end);
  if (isFirst) return /\S[^\n\r]*$/u.exec(visible(between))?.[0] ?? '';
  if (/[\n\r\u2028\u2029]/u.test(between)) return text.slice(start, end);
  return visible(between) === '' ? '' : ' ';
}

function readSentence(prose: string, span: Span, separator: string, scripts: Scripts): SentenceReading {
  const sentence = prose.slice(span.start, span.end);
  const { before, after } = symbolsAround(sentence);
  const pieces = readPieces(prose, { start: span.start + before, end: span.end - after }, scripts);
  if (!pieces.some(piece => piece.kind === 'text' && /\p{L}/u.test(piece.text))) {
    return { span, separator, before: visible(sentence), after: '', pieces: [] };
  }
  return {
    span,
    separator,
    before: visible(sentence.slice(0, before)),
    after: visible(sentence.slice(sentence.length - after)),
    pieces,
  };
}

function readPieces(prose: string, words: Span, scripts: Scripts): ReadPiece[] {
  const pieces: ReadPiece[] = [];
  let from = words.start;
  let slot = 0;
  const addText = (to: number): void => {
    const piece = trimmed(readWords(prose, from, to), from === words.start, to === words.end);
    if (piece.text !== '') pieces.push({ kind: 'text', ...piece });
  };
  for (const span of slotsIn(prose, words, scripts)) {
    addText(span.start);
    pieces.push({ kind: 'slot', text: visible(prose.slice(span.start, span.end)), slot: slot++, span });
    from = span.end;
  }
  addText(words.end);
  return pieces;
}

/** The model's normal form of a stretch of words. It has seen no dashes: a comma says nearly the same. */
function readWords(prose: string, start: number, end: number): TracedText {
  const normal = normalizeTraced(traced(prose.slice(start, end), start));
  return rewrite(normal, / *[\u2013\u2014\u2015] */gu, () => ', ');
}

function trimmed(piece: TracedText, atStart: boolean, atEnd: boolean): TracedText {
  const start = atStart && piece.text.startsWith(' ') ? 1 : 0;
  const end = atEnd && piece.text.endsWith(' ') ? piece.text.length - 1 : piece.text.length;
  return start === 0 && end === piece.text.length ? piece : sliceTraced(piece, start, Math.max(start, end));
}
