import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { longestPassage } from '../../protocol/longest-passage.ts';
import type { TextPlace } from '../inspection/history.ts';
import { textAt } from './range.ts';

/** VS Code hides documents that are longer than this from extensions, in UTF-16 code units. */
const visibleLength = 50 * 1024 * 1024;

export interface SelectedText {
  readonly text: string;
  readonly place: TextPlace;
}

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
    const visible = visibleEditors();
    const meant = last !== undefined && visible.includes(last) ? last : visible[0];
    if (besides && meant !== undefined) return meant;
    throw new Failure('empty-text', 'No text editor is open.', 'Open a file and select some text.');
  }

  /** What is selected in the editor that was active last, as far as it is still open. */
  selected(): SelectedText | undefined {
    const editor = vscode.window.activeTextEditor ?? this.#last ?? visibleEditors()[0];
    if (editor === undefined || !isOpen(editor.document) || editor.selection.isEmpty) return undefined;
    const { document, selection } = editor;
    // No more than a model reads: selections may be megabytes.
    const start = document.offsetAt(selection.start);
    const span = { start, end: Math.min(document.offsetAt(selection.end), start + longestPassage) };
    return { text: textAt(document, span), place: { uri: document.uri.toString(), span } };
  }

  /** Its text; empty where nothing is selected. */
  selectedText(): string {
    return this.selected()?.text ?? '';
  }

  dispose(): void {
    this.#listening.dispose();
  }
}

/** Whether it is seen, or stands behind another tab. A document is called closed only some time after its last tab was. */
function isOpen({ uri, isClosed }: vscode.TextDocument): boolean {
  if (isClosed) return false;
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
  return visibleEditors().some(({ document }) => document.uri.toString() === uri.toString())
    || tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
}

/** Those with a text of the user's. After a reload of the window, or woken by a page, we may have seen none of them active. */
function visibleEditors(): readonly vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme !== 'output');
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
