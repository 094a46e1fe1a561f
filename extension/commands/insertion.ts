import type { Writing } from '../../protocol/outcome.ts';
import { proseOf, proseSpan } from '../../protocol/prose.ts';

/** Fenced code is no prose, but no end of a comment either. */
const fence = /^[ \t]*(?:```|~~~)/m;

/**
 * After which character of a text what was written from it goes in: behind its last word, within the comment that it may
 * be the end of.
 */
export function insertionPoint(source: string, languageId: string): number {
  const end = source.trimEnd().length;
  const prose = proseSpan(source, languageId).end;
  return prose === 0 || fence.test(source.slice(prose, end)) ? end : prose;
}

/** Where in a document something is inserted. */
export interface Place {
  /** The whole line. */
  readonly line: string;
  /** Where in it the text begins that this was written from; 0 where that begins on a line before. */
  readonly from: number;
  readonly languageId: string;
  /** The document's line end. */
  readonly eol: string;
}

/**
 * What to insert: a continuation goes on right behind the last word; a reply begins a line of its own. Every line that
 * begins, begins as the one before: indented, and a comment where that is one.
 * @param at of `insertionPoint`
 */
export function insertionText(kind: Writing, source: string, at: number, written: string, place: Place): string {
  const prefix = linePrefix(place);
  const [first = '', ...others] = (kind === 'reply' ? written.trim() : written.trimEnd()).split(/\r\n?|\n/);
  const begun = (line: string): string => place.eol + (line === '' ? prefix.trimEnd() : prefix + line);
  if (kind === 'reply') return [first, ...others].map(begun).join('');
  // Without a space of its own it ends a word that was begun, unless white space followed that word already.
  const space = /^\s/u.test(source.slice(at)) && !/^\s/u.test(written) ? ' ' : '';
  return space + first + others.map(begun).join('');
}

/** What a line begins with before its prose, so that the next line is what it is: code stays code, a comment a comment. */
function linePrefix({ line, from, languageId }: Place): string {
  const prose = proseOf(line, languageId);
  const marks = line.slice(0, prose.length - prose.trimStart().length);
  const indentation = /^[ \t]*/.exec(line)?.[0] ?? '';
  // A heading is one line.
  if (languageId === 'markdown' && marks.includes('#')) return indentation;
  // Behind code, in a comment to the line's end.
  const behind = /\s((?:\/\/+|#+|--+)[ \t]*)$/.exec(line.slice(0, from))?.[1];
  if (behind !== undefined && marks.trim() === '') return indentation + behind;
  // Inside a block of comment, which must not be opened again.
  return marks.replace(/\/\*+!?/, ' *').replace('<!--', '    ').replace(/"""|'''/, '');
}
