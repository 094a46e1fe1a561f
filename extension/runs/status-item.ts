import * as vscode from 'vscode';
import { escapeMarkdown } from '../annotations/markdown.ts';
import { runsStatus } from './status-view.ts';
import type { RunStore } from './store.ts';
import { Throttled } from './throttled.ts';

/** Milliseconds between two changes of the text. */
const rest = 500;

/** The status bar's item of the runs: there while one is trained. A click shows it. */
export class RunsStatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('attentionScope.runs', vscode.StatusBarAlignment.Right, 101);
  readonly #store: RunStore;
  readonly #drawing = new Throttled(rest, () => this.#draw());
  readonly #listening: { dispose(): void };

  constructor(store: RunStore) {
    this.#item.name = 'Attention Scope: Runs';
    this.#store = store;
    this.#listening = store.onDidChange(() => this.#drawing.ask());
  }

  /** Empty while nothing is trained. */
  get text(): string {
    return this.#item.text;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#drawing.dispose();
    this.#item.dispose();
  }

  #draw(): void {
    const status = runsStatus(this.#store.all);
    this.#item.text = status?.text ?? '';
    if (status === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.tooltip = new vscode.MarkdownString(['**Attention Scope**', ...status.lines.map(escapeMarkdown)].join('\n\n'));
    this.#item.accessibilityInformation = { label: status.label, role: 'button' };
    this.#item.command = status.only === undefined
      ? 'attentionScope.openLiveRun'
      : { command: 'attentionScope.openRun', title: 'Show Run', arguments: [status.only] };
    this.#item.show();
  }
}
