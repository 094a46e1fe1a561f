import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { App } from '../app.ts';
import { CheckpointEditor } from './editor.ts';
import { placeOf } from './place.ts';

/** The editor of files that VS Code cannot show; and the same for those that it can, which the user has to ask for. */
export const checkpointViewType = 'attentionScope.checkpoint';
export const otherCheckpointViewType = 'attentionScope.checkpointFile';

/** The editors of checkpoints. VS Code reads no file for them: a document is but its address, the worker reads. */
export class CheckpointEditors implements vscode.CustomReadonlyEditorProvider {
  readonly #app: App;
  readonly #editors = new Set<CheckpointEditor>();
  /** What the next editor of a checkpoint is to compare it with, by the URI's string. */
  readonly #wanted = new Map<string, vscode.Uri>();

  constructor(app: App) {
    this.#app = app;
  }

  register(): vscode.Disposable[] {
    const options = { supportsMultipleEditorsPerDocument: true };
    return [checkpointViewType, otherCheckpointViewType].map(viewType => vscode.window.registerCustomEditorProvider(viewType, this, options));
  }

  /** The editors that are open. */
  get all(): readonly CheckpointEditor[] {
    return [...this.#editors];
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const editor: CheckpointEditor = new CheckpointEditor(this.#app, uri, () => this.#editors.delete(editor));
    this.#editors.add(editor);
    editor.fill(panel);
    const other = this.#wanted.get(uri.toString());
    this.#wanted.delete(uri.toString());
    // VS Code shows nothing until this returns: nobody waits for the reading here.
    void editor.read().then(() => (other === undefined ? undefined : editor.compare(other)));
  }

  /** Shows a checkpoint, a folder's too. */
  async open(uri: vscode.Uri): Promise<void> {
    placeOf(uri);
    await exists(uri);
    await vscode.commands.executeCommand('vscode.openWith', uri, checkpointViewType);
  }

  /** Shows what differs between two checkpoints, in the editor of the first. */
  async compare(uri: vscode.Uri, other: vscode.Uri): Promise<void> {
    await exists(other);
    const open = this.all.find(editor => editor.uri.toString() === uri.toString());
    if (open === undefined) this.#wanted.set(uri.toString(), other);
    await this.open(uri);
    if (open !== undefined) void open.compare(other);
  }
}

async function exists(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch (error) {
    throw new Failure('no-such-file', `${uri.fsPath} is not there.`, 'Choose another checkpoint.', { cause: error });
  }
}
