/**
 * What a reader reads of a text: comment markers, quote marks and hard line wraps looked through. Pure and shared, so
 * that the editor (where is the sentence at the caret?) and the worker (what is to be translated?) see the same.
 */

import type { Span } from './trace.ts';

/** VS Code's ids of languages that are written to be read: there `*` is a bullet, not the edge of a comment. */
const proseLanguages: ReadonlySet<string> = new Set([
  '', 'plaintext', 'markdown', 'restructuredtext', 'asciidoc', 'latex', 'tex', 'html', 'git-commit', 'scminput',
]);

/** Languages with comment markers of their own, besides those of `commonMarker`. */
const ownMarker: Readonly<Record<string, string>> = {
  lisp: ';+', clojure: ';+', scheme: ';+', racket: ';+', ini: ';+', properties: '!',
  latex: '%+', tex: '%+', matlab: '%+', erlang: '%+', prolog: '%+', postscript: '%+',
  vb: "'", bat: '(?:::|@?[Rr][Ee][Mm](?![^ \\t]))', fortran: '!+', python: '(?:"""|\'\'\')', restructuredtext: '\\.\\.(?=[ \\t])',
};

/** Markers that mean the same wherever they begin a line. A number sign or dashes must stand alone. */
const commonMarker = String.raw`\/\/[\/!]*|\/\*+!?|\*+\/|<!--|>+|#+!?(?=[ \t]|$)|--+(?=[ \t]|$)`;

/** Closes a block of comment at the end of a line. */
const closing = /(?:(?<!\*)\*{1,80}\/|-->)[ \t]*$/;

/** What begins an item of a list, or a tag of a documentation comment. */
const bullet =
  /^[ \t\u2060]*(?:(?:[-+*•‣◦·–—]|\(?\d{1,3}[.)]|\(?\p{L}\)|\[[ xX]\]|@\p{L}+(?:[ \t]+\{[^}]*\})?)[ \t]+)+/u;

const fence = /^[ \t]*(?:```|~~~)/;

const lineEnd = /\r\n|[\n\r\u2028\u2029]/gu;

/** Emphasis of Markdown around words: `**so**`, `_so_`. */
const emphasis = /(?<![\p{L}\p{N}*_`])(\*{1,3}|_{1,3})(?=[^\s*_])((?:[^*_`]|`[^`]*`)*(?<!\s))\1(?![\p{L}\p{N}*_`])/gu;

/** Stands for a character that is looked through inside a line: a word joiner, which every reader takes for nothing. */
const nothing = '\u2060';

/** A line shorter than this was not wrapped, it ended. */
const shortestWrap = 40;

interface Line {
  /** As long as the line; what is looked through is blank. */
  readonly prose: string;
  readonly end: string;
  /** Fenced code, a heading: belongs to no paragraph. */
  readonly alone: boolean;
  /** The marker that every line of its comment or quotation begins with is there. */
  readonly marked: boolean;
  /** Its comment ends here. */
  readonly closed: boolean;
  /** UTF-16 units of the line as it was written. */
  readonly length: number;
}

/**
 * The text, of the same length and with every word at its offset, but with comment markers and fenced code blank, and
 * with a space for each line end that only wraps a paragraph. A line end that is left separates sentences.
 * @param languageId VS Code's language id of the document
 */
export function proseOf(text: string, languageId = 'plaintext'): string {
  const lines = readLines(text, languageId);
  let prose = '';
  let block: { width: number; end: number } = { width: 0, end: 0 };
  lines.forEach((line, index) => {
    if (index >= block.end) block = blockFrom(lines, index);
    const next = lines[index + 1];
    prose += line.prose + (next !== undefined && wraps(line, next, block.width) ? ' '.repeat(line.end.length) : line.end);
  });
  return prose;
}

/**
 * The part of a text that its translation stands for: without the indentation, comment markers and blank lines at its
 * ends, so that putting the translation in place of it leaves a comment a comment. Empty where there is no prose.
 */
export function proseSpan(text: string, languageId?: string): Span {
  const prose = proseOf(text, languageId);
  const start = prose.length - prose.trimStart().length;
  return { start, end: Math.max(start, prose.trimEnd().length) };
}

/** How long the bullet, number or tag is that begins a line of prose; 0 without one. */
export function bulletLength(line: string): number {
  return bullet.exec(line)?.[0].length ?? 0;
}

/** A stretch of prose without what stands for nothing. */
export function visible(prose: string): string {
  return prose.replaceAll(nothing, '');
}

function readLines(text: string, languageId: string): Line[] {
  const own = ownMarker[languageId];
  const isProse = proseLanguages.has(languageId);
  const star = isProse ? '' : String.raw`|\*+(?=[ \t]|$)`;
  const marker = new RegExp(`^[ \\t]*(?:(?:${commonMarker}${star}${own === undefined ? '' : `|${own}`})[ \\t]*){1,4}`);
  const isMarkdown = languageId === 'markdown';
  const lines: Line[] = [];
  let fenced = false;
  let from = 0;
  const add = (content: string, end: string): void => {
    const isFence = fence.test(content);
    const marks = marker.exec(content)?.[0] ?? '';
    const alone = isFence || fenced || (isMarkdown && marks.includes('#'));
    if (isFence) fenced = !fenced;
    const prose = isFence || fenced ? ' '.repeat(content.length) : lookThrough(content, marks.length, isProse);
    const marked = marks.trim() !== '' && !/[*<]/.test(marks);
    lines.push({ prose, end, alone, marked, closed: closing.test(content), length: content.length });
  };
  for (const { 0: end, index } of text.matchAll(lineEnd)) {
    add(text.slice(from, index), end);
    from = index + end.length;
  }
  add(text.slice(from), '');
  return lines;
}

function lookThrough(content: string, marks: number, isProse: boolean): string {
  const opened = ' '.repeat(marks) + content.slice(marks);
  const closed = opened.replace(closing, found => ' '.repeat(found.length));
  if (!isProse) return closed;
  return closed.replace(emphasis, (_, mark: string, words: string) => {
    const hidden = nothing.repeat(mark.length);
    return hidden + words + hidden;
  });
}

/** The lines that stand together from `first` on, and how wide they are. */
function blockFrom(lines: readonly Line[], first: number): { width: number; end: number } {
  let end = first;
  let width = 0;
  for (let line = lines[end]; line !== undefined; line = lines[++end]) {
    if (line.prose.trim() === '' && end > first) break;
    width = Math.max(width, line.length);
  }
  return { width, end };
}

/**
 * Whether a paragraph goes on from one line to the next: mid-sentence, or because the next word would not have fitted
 * within the width of its block.
 */
function wraps(line: Line, next: Line, width: number): boolean {
  const words = line.prose.trim();
  const following = next.prose.trim();
  if (line.alone || next.alone || line.closed || line.marked !== next.marked) return false;
  if (words === '' || following === '' || bulletLength(next.prose) > 0) return false;
  const isEnded = /[.!?:…。！？]["'”’»)\]*_`]*$/u.test(words);
  if (!isEnded && (/^[\p{Ll}(]/u.test(following) || /[,;\u2013\u2014-]$/u.test(words))) return true;
  const firstWord = /^\S+/.exec(following)?.[0].length ?? 0;
  return line.length >= shortestWrap && line.length + 1 + firstWord > width;
}
