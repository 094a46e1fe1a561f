import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { longestText } from '../session/passage.ts';

/** VS Code hides documents that are longer than this from extensions, in UTF-16 code units. */
const visibleLength = 50 * 1024 * 1024;

/** Remembers the editor that a command means while the panel, or a notebook outside its cells, has the focus. */
export class CurrentEditor implements vscode.Disposable {
  #last = vscode.window.activeTextEditor;
  readonly #listening = vscode.window.onDidChangeActiveTextEditor(editor => {
    if (editor !== undefined) this.#last = editor;
  });

  /** The editor with the caret. Throws a `Failure` that says why there is none. */
  async get(): Promise<vscode.TextEditor> {
    const active = vscode.window.activeTextEditor;
    if (active !== undefined) return active;
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    if (input instanceof vscode.TabInputText) throw await invisible(input.uri);
    if (input instanceof vscode.TabInputTextDiff) throw await invisible(input.modified);
    const last = this.#last;
    const besides = input instanceof vscode.TabInputWebview || input instanceof vscode.TabInputNotebook;
    const visible = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme !== 'output');
    // After a reload of the window no editor may have been active yet.
    const meant = last !== undefined && visible.includes(last) ? last : visible[0];
    if (besides && meant !== undefined) return meant;
    throw new Failure('empty-text', 'No text editor is open.', 'Open a file and select some text.');
  }

  /** What is selected in the editor that was active last, as far as it is still open; nothing where nothing is. */
  selectedText(): string {
    const editor = vscode.window.activeTextEditor ?? this.#last;
    if (editor === undefined || editor.document.isClosed || editor.selection.isEmpty) return '';
    const { document, selection } = editor;
    // No more than a model reads: selections may be megabytes.
    const end = document.positionAt(Math.min(document.offsetAt(selection.end), document.offsetAt(selection.start) + longestText));
    return document.getText(new vscode.Range(selection.start, end));
  }

  dispose(): void {
    this.#listening.dispose();
  }
}

/** Why VS Code shows a file to the user but not to us. */
async function invisible(uri: vscode.Uri): Promise<Failure> {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const size = await vscode.workspace.fs.stat(uri).then(stat => stat.size, () => 0);
  const megabytes = Math.round(size / 1024 / 1024);
  return size > visibleLength
    ? new Failure(
        'text-too-long',
        `${name} has ${megabytes} MB: VS Code hides files of more than 50 MB from extensions, so its text cannot be read.`,
        'Copy the part you want into a new file.',
      )
    : new Failure(
        'text-too-long',
        `VS Code does not let extensions read ${name}: it has more than 50 MB, or is not shown as text.`,
        'Copy the part you want into a new file.',
      );
}
