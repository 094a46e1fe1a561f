import * as vscode from 'vscode';
import type { DoneAnnotation } from '../annotations/annotation.ts';
import type { App } from '../app.ts';

/** The annotation that the caret stands in. */
export function atCaret(app: App): DoneAnnotation | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  return app.store.at(editor.document.uri.toString(), editor.document.offsetAt(editor.selection.active));
}
