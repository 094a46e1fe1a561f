import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { sentenceAt } from '../../protocol/sentence.ts';
import type { Span } from '../../protocol/trace.ts';
import { longestText, type Passage } from '../translate/passage.ts';
import { caretWindow } from './caret.ts';
import { textAt } from './range.ts';

/**
 * What the user means: the selections, in the document's order; without any, the sentence at each caret. Never copies
 * more of the document than that. Throws `empty-text` or `text-too-long`.
 */
export function passagesOf(editor: vscode.TextEditor): Passage[] {
  const { document } = editor;
  const selected = editor.selections.filter(selection => !selection.isEmpty);
  const spans = selected.length > 0
    ? selected.map(selection => spanOf(document, selection))
    : editor.selections.flatMap(caret => sentenceAtCaret(document, caret.active) ?? []);
  const passages = distinct(spans).map(span => passageOf(document, span)).filter(passage => passage.text.trim() !== '');
  if (passages.length === 0) throw nothingToTranslate(selected.length > 0);
  return passages;
}

function spanOf(document: vscode.TextDocument, range: vscode.Range): Span {
  const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  const length = span.end - span.start;
  if (length <= longestText) return span;
  throw new Failure(
    'text-too-long',
    `The selection has ${length.toLocaleString('en')} characters; at most ${longestText.toLocaleString('en')} can be translated at a time.`,
    'Select less text.',
  );
}

function passageOf(document: vscode.TextDocument, span: Span): Passage {
  return { uri: document.uri.toString(), languageId: document.languageId, span, text: textAt(document, span) };
}

function sentenceAtCaret(document: vscode.TextDocument, caret: vscode.Position): Span | undefined {
  const offset = document.offsetAt(caret);
  const lastLine = document.lineAt(document.lineCount - 1);
  const window = caretWindow(offset, document.offsetAt(lastLine.range.end));
  const text = passageOf(document, window).text;
  const sentence = sentenceAt(text, offset - window.start, document.languageId);
  if (sentence.start === sentence.end) return undefined;
  return { start: window.start + sentence.start, end: window.start + sentence.end };
}

function distinct(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((one, other) => one.start - other.start);
  return sorted.filter((span, index) => index === 0 || span.start >= (sorted[index - 1]?.end ?? 0));
}

function nothingToTranslate(selected: boolean): Failure {
  return selected
    ? new Failure('empty-text', 'The selection holds no text to translate.', 'Select some words.')
    : new Failure('empty-text', 'There is no text to translate at the caret.', 'Select some text, or put the caret in a sentence.');
}
