import * as vscode from 'vscode';
import { pages } from '../panel/html.ts';
import { foldersOfState } from './messages.ts';
import { RunView, type RunViewsHost } from './view.ts';

export const runViewType = 'attentionScope.run';

/** The panels that show runs, one a run that they were opened for. */
export class RunViews implements vscode.Disposable {
  readonly #host: RunViewsHost;
  readonly #views = new Set<RunView>();

  constructor(host: RunViewsHost) {
    this.#host = host;
  }

  /** The panels that are open. */
  get all(): readonly RunView[] {
    return [...this.#views];
  }

  /** Shows a run, beside `others` where they are given; one that is shown already comes to the front. */
  open(folder: string, others: readonly string[] = []): void {
    const open = this.all.find(({ dialogue }) => dialogue.main?.folder === folder);
    if (open !== undefined) {
      open.dialogue.add(others);
      open.reveal();
      return;
    }
    this.#show([folder, ...others], vscode.window.createWebviewPanel(runViewType, pages.run.title, vscode.ViewColumn.Active));
  }

  /** Lets two checkpoints of a run read a text, and shows what comes of it. */
  compare(folder: string, steps: readonly [number, number], text: string): void {
    this.open(folder);
    this.all.find(({ dialogue }) => dialogue.main?.folder === folder)?.dialogue.compareOn(text, steps);
  }

  /** Brings panels back after a reload; each page itself knows how the user had left it. */
  register(): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(runViewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const folders = foldersOfState(state);
        if (folders.length === 0) panel.dispose();
        else this.#show(folders, panel);
      },
    });
  }

  dispose(): void {
    for (const { dialogue } of this.#views) dialogue.dispose();
  }

  #show(folders: readonly string[], panel: vscode.WebviewPanel): void {
    const view: RunView = new RunView(this.#host, folders, () => this.#views.delete(view));
    this.#views.add(view);
    view.fill(panel);
  }
}
