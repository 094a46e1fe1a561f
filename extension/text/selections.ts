import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { longestPassage } from '../../protocol/longest-passage.ts';
import type { Span } from '../../protocol/trace.ts';
import type { Passage } from '../session/passage.ts';
import { caretWindow, purposeWords, stretchAt, tooLong, type Purpose } from './caret.ts';
import { textAt } from './range.ts';

/**
 * What the user means: the selections, in the document's order; without any, what stands at each caret: a sentence to
 * translate, a paragraph for all else. Never copies more of the document than that.
 * @param kind what is to be asked about it
 * @throws Failure `empty-text`, `text-too-long`
 */
export function passagesOf(editor: vscode.TextEditor, kind: Purpose): Passage[] {
  const { document } = editor;
  const selected = editor.selections.filter(selection => !selection.isEmpty);
  const spans = selected.length > 0
    ? selected.map(selection => spanOf(document, selection, kind))
    : editor.selections.flatMap(caret => spanAtCaret(document, caret.active, kind) ?? []);
  const passages = distinct(spans).map(span => passageOf(document, span)).filter(passage => passage.text.trim() !== '');
  if (passages.length === 0) throw nothingThere(selected.length > 0, kind);
  return passages;
}

function spanOf(document: vscode.TextDocument, range: vscode.Range, kind: Purpose): Span {
  const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  const length = span.end - span.start;
  if (length <= longestPassage) return span;
  throw tooLong(`The selection has ${length.toLocaleString('en')} characters`, kind);
}

function passageOf(document: vscode.TextDocument, span: Span): Passage {
  return { uri: document.uri.toString(), languageId: document.languageId, span, text: textAt(document, span) };
}

function spanAtCaret(document: vscode.TextDocument, caret: vscode.Position, kind: Purpose): Span | undefined {
  const offset = document.offsetAt(caret);
  const lastLine = document.lineAt(document.lineCount - 1);
  const length = document.offsetAt(lastLine.range.end);
  const window = caretWindow(offset, length);
  return stretchAt(textAt(document, window), window, length, offset, kind, document.languageId);
}

function distinct(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((one, other) => one.start - other.start);
  return sorted.filter((span, index) => index === 0 || span.start >= (sorted[index - 1]?.end ?? 0));
}

function nothingThere(selected: boolean, kind: Purpose): Failure {
  const { verb } = purposeWords[kind];
  return selected
    ? new Failure('empty-text', `The selection holds no text to ${verb}.`, 'Select some words.')
    : new Failure('empty-text', `There is no text to ${verb} at the caret.`, 'Select some text, or put the caret in a sentence.');
}
