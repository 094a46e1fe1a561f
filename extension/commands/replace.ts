import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { DoneAnnotation } from '../annotations/annotation.ts';

/**
 * Puts each annotation's translation in the place of its source, as one step to undo. Nothing is replaced when one of
 * them is `undefined`: its text was edited while it was being translated.
 */
export async function replaceWithTranslations(annotations: readonly (DoneAnnotation | undefined)[]): Promise<void> {
  const standing = annotations.filter(annotation => annotation !== undefined);
  if (standing.length < annotations.length) {
    throw new Failure(
      'bad-argument',
      'The text was edited while it was being translated, so nothing was replaced.',
      'Select it and translate again.',
    );
  }
  const [first] = standing;
  if (first === undefined) return;
  const document =
    vscode.workspace.textDocuments.find(open => open.uri.toString() === first.uri) ??
    (await vscode.workspace.openTextDocument(vscode.Uri.parse(first.uri)));
  const changes = standing.map(({ span, trace }) => ({
    range: new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)),
    text: trace.target.text,
  }));
  if (!(await replace(document, changes))) {
    throw new Failure('bad-argument', 'The document could not be changed: it may be read-only.', 'Copy the translation instead.');
  }
}

interface Change {
  readonly range: vscode.Range;
  readonly text: string;
}

/** Whether the document took the changes: VS Code reports success for a read-only one too. */
async function replace(document: vscode.TextDocument, changes: readonly Change[]): Promise<boolean> {
  const { version } = document;
  const editor = vscode.window.visibleTextEditors.find(candidate => candidate.document === document);
  if (editor !== undefined) {
    await editor.edit(edit => {
      for (const { range, text } of changes) edit.replace(range, text);
    });
  } else {
    const edit = new vscode.WorkspaceEdit();
    for (const { range, text } of changes) edit.replace(document.uri, range, text);
    await vscode.workspace.applyEdit(edit);
  }
  return document.version !== version;
}
