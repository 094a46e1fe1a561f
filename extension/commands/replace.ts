import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { proseSpan } from '../../protocol/prose.ts';
import type { DoneAnnotation } from '../annotations/annotation.ts';
import type { AnnotationStore } from '../annotations/store.ts';
import { rangeOf, textAt } from '../text/range.ts';

/**
 * Puts each annotation's translation in the place of its source, as one step to undo: comment markers, indentation and
 * line ends around it stay. Nothing is replaced when one of the texts no longer stands where it was translated.
 */
export async function replaceWithTranslations(
  store: AnnotationStore,
  annotations: readonly (DoneAnnotation | undefined)[],
): Promise<void> {
  const [first] = annotations;
  if (annotations.length === 0) return;
  if (first === undefined) throw edited();
  const document =
    vscode.workspace.textDocuments.find(open => open.uri.toString() === first.uri) ??
    (await vscode.workspace.openTextDocument(vscode.Uri.parse(first.uri)));
  const changes = annotations.map(annotation => changeOf(document, store, annotation));
  if (!(await replace(document, changes))) {
    throw new Failure('bad-argument', 'The document could not be changed: it may be read-only.', 'Copy the translation instead.');
  }
}

interface Change {
  readonly range: vscode.Range;
  readonly text: string;
}

/** What is to change for an annotation, wherever it stands by now. */
function changeOf(document: vscode.TextDocument, store: AnnotationStore, annotation: DoneAnnotation | undefined): Change {
  const now = annotation === undefined ? undefined : store.get(annotation.id);
  if (now?.state !== 'done') throw edited();
  const { source, target } = now.trace;
  // A file may have changed while it was closed, which nobody is told of.
  if (textAt(document, now.span) !== source.text) throw edited();
  const prose = proseSpan(source.text, document.languageId);
  const { start } = now.span;
  return { range: rangeOf(document, { start: start + prose.start, end: start + prose.end }), text: target.text };
}

function edited(): Failure {
  return new Failure(
    'bad-argument',
    'The text was edited after it was sent to be translated, so nothing was replaced.',
    'Select it and translate again.',
  );
}

/** Whether the document took the changes: VS Code reports success for a read-only one too. */
async function replace(document: vscode.TextDocument, changes: readonly Change[]): Promise<boolean> {
  const { version } = document;
  const editor = vscode.window.visibleTextEditors.find(candidate => candidate.document === document);
  let applied: boolean;
  if (editor !== undefined) {
    applied = await editor.edit(edit => {
      for (const { range, text } of changes) edit.replace(range, text);
    });
  } else {
    const edit = new vscode.WorkspaceEdit();
    for (const { range, text } of changes) edit.replace(document.uri, range, text);
    applied = await vscode.workspace.applyEdit(edit);
  }
  return applied && document.version !== version;
}
