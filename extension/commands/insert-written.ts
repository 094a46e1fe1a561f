import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { isWritten, type WrittenAnnotation } from '../annotations/annotation.ts';
import type { App } from '../app.ts';
import { atCaret } from './at-caret.ts';
import { changeDocument } from './change-document.ts';
import type { Command } from './command.ts';
import { insertionPoint, insertionText } from './insertion.ts';
import { writtenText } from './written-text.ts';

/**
 * Inserts a reply or a continuation after the text it was written from: the one that a link names, else the one at the
 * caret, else the one in the panel.
 */
export const insertWritten: Command = {
  id: 'attentionScope.insertWritten',
  async run(app, id) {
    await insert(app, typeof id === 'number' ? linked(app, id) : (insertable(atCaret(app)) ?? insertable(app.focus.shown)));
  },
};

/** The panel's own button: inserts what the panel shows. */
export const insertShown: Command = {
  id: 'attentionScope.insertShown',
  async run(app) {
    const { shown } = app.focus;
    if (shown === undefined) {
      throw new Failure('bad-argument', 'The text that this was written from no longer stands in an open document.', 'Copy it instead.');
    }
    await insert(app, insertable(shown));
  },
};

async function insert(app: App, annotation: WrittenAnnotation | undefined): Promise<void> {
  if (annotation === undefined) {
    throw new Failure('empty-text', 'There is no reply or continuation to insert yet.', 'Select some text, and reply to it or continue it first.');
  }
  await changeDocument(app.store, [annotation], (document, now) => {
    const { kind, trace, span } = now;
    const { languageId } = document;
    const source = trace.source.text;
    const at = insertionPoint(source, languageId);
    const [begin, position] = [document.positionAt(span.start), document.positionAt(span.start + at)];
    const text = insertionText(kind, source, at, writtenText(now), {
      line: document.lineAt(position).text,
      from: begin.line === position.line ? begin.character : 0,
      languageId,
      eol: document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n',
    });
    return { range: new vscode.Range(position, position), text };
  });
}

function linked(app: App, id: number): WrittenAnnotation {
  const annotation = app.store.get(id);
  if (isWritten(annotation)) return annotation;
  throw new Failure('bad-argument', 'What this link would insert is gone: its text was edited or asked about again.', 'Hover the text anew, or ask again.');
}

function insertable(annotation: ReturnType<App['store']['get']>): WrittenAnnotation | undefined {
  return isWritten(annotation) && annotation.kind !== 'translation' ? annotation : undefined;
}
