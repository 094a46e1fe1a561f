import { Failure } from '../../protocol/failure.ts';
import { longestPassage } from '../../protocol/longest-passage.ts';
import { wordings, type Kind } from '../../protocol/outcome.ts';
import { paragraphAt, sentenceAt } from '../../protocol/sentence.ts';
import type { Span } from '../../protocol/trace.ts';

/** What a text is read for. */
export type Purpose = Kind | 'inspection';

/** How messages speak of it. */
export const purposeWords: Readonly<Record<Purpose, { readonly verb: string; readonly past: string }>> = { ...wordings, inspection: { verb: 'inspect', past: 'inspected' } };

/** As far from the caret as a sentence is looked for, in UTF-16 code units: documents may be huge, lines too. */
const reach = 10_000;

/** A stretch of a document of `length` code units, around the caret, that is sure to hold its sentence. */
export function caretWindow(offset: number, length: number): Span {
  return { start: Math.max(0, offset - reach), end: Math.min(length, offset + reach) };
}

/**
 * What stands at a caret: a sentence to translate, a paragraph for all else; `undefined` where there is no text.
 * @param text of `window`, in a document of `length` code units
 * @param offset of the caret in the document
 * @throws Failure `text-too-long`, also where it reaches out of the window
 */
export function stretchAt(text: string, window: Span, length: number, offset: number, kind: Purpose, languageId: string): Span | undefined {
  const find = kind === 'translation' ? sentenceAt : paragraphAt;
  const { start, end } = find(text, offset - window.start, languageId);
  if (start === end) return undefined;
  const isCut = (window.start > 0 && text.slice(0, start).trim() === '') || (window.end < length && text.slice(end).trim() === '');
  if (isCut || end - start > longestPassage) throw tooLong(`The text at the caret has over ${longestPassage.toLocaleString('en')} characters`, kind);
  return { start: window.start + start, end: window.start + end };
}

/** @param found what has how many characters */
export function tooLong(found: string, kind: Purpose): Failure {
  const most = longestPassage.toLocaleString('en');
  return new Failure('text-too-long', `${found}; at most ${most} can be ${purposeWords[kind].past} at a time.`, 'Select less text.');
}
