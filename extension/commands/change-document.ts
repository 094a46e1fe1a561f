import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { wordings } from '../../protocol/outcome.ts';
import { isWritten, type DoneAnnotation, type WrittenAnnotation } from '../annotations/annotation.ts';
import type { AnnotationStore } from '../annotations/store.ts';
import { textAt } from '../text/range.ts';

/** One replacement in a document; an empty range inserts. */
export interface Change {
  readonly range: vscode.Range;
  readonly text: string;
}

/**
 * Changes a document by what was written from its texts, as one step to undo. Nothing is changed when one of the texts no
 * longer stands where it was read.
 * @param changeOf what is to change for an annotation, as it stands now
 */
export async function changeDocument(
  store: AnnotationStore,
  annotations: readonly (DoneAnnotation | undefined)[],
  changeOf: (document: vscode.TextDocument, annotation: WrittenAnnotation) => Change,
): Promise<void> {
  const [first] = annotations;
  if (annotations.length === 0) return;
  if (first === undefined) throw edited();
  const document =
    vscode.workspace.textDocuments.find(open => open.uri.toString() === first.uri) ??
    (await vscode.workspace.openTextDocument(vscode.Uri.parse(first.uri)));
  const changes = annotations.map(annotation => changeOf(document, standing(document, store, annotation)));
  if (await apply(document, changes)) return;
  const noun = isWritten(first) ? wordings[first.kind].noun : 'text';
  throw new Failure('bad-argument', 'The document could not be changed: it may be read-only.', `Copy the ${noun} instead.`);
}

/** The annotation where it stands by now. */
function standing(document: vscode.TextDocument, store: AnnotationStore, annotation: DoneAnnotation | undefined): WrittenAnnotation {
  const now = annotation === undefined ? undefined : store.get(annotation.id);
  // A file may have changed while it was closed, which nobody is told of.
  if (!isWritten(now) || textAt(document, now.span) !== now.trace.source.text) throw edited();
  return now;
}

function edited(): Failure {
  return new Failure(
    'bad-argument',
    'The text was edited after it was sent to the model, so nothing was changed.',
    'Select it and ask again.',
  );
}

/** Whether the document took the changes: VS Code reports success for a read-only one too. */
async function apply(document: vscode.TextDocument, changes: readonly Change[]): Promise<boolean> {
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
