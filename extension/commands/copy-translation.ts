import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { App } from '../app.ts';
import type { Command } from './command.ts';

/** The panel's own button: copies the translation that the panel shows. */
export const copyShown: Command = {
  id: 'attentionScope.copyShown',
  run: app => copy(app.panel.trace?.target.text),
};

/** Copies a translation: the one a link names, else the one at the caret, else the one in the panel. */
export const copyTranslation: Command = {
  id: 'attentionScope.copyTranslation',
  run: (app, id) => copy(typeof id === 'number' ? linked(app, id) : (atCaret(app) ?? app.panel.trace?.target.text)),
};

async function copy(text: string | undefined): Promise<void> {
  if (text === undefined) {
    throw new Failure('empty-text', 'There is no translation to copy yet.', 'Select some text and translate it first.');
  }
  await vscode.env.clipboard.writeText(text);
}

function linked(app: App, id: number): string {
  const annotation = app.store.get(id);
  if (annotation?.state === 'done') return annotation.trace.target.text;
  throw new Failure('bad-argument', 'That translation is gone: its text was edited or translated again.', 'Hover the text anew, or translate it again.');
}

function atCaret(app: App): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const offset = editor.document.offsetAt(editor.selection.active);
  return app.store.at(editor.document.uri.toString(), offset)?.trace.target.text;
}
