import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { FailureData } from '../../protocol/failure.ts';
import type { FromPanel, Side, ToPanel } from '../../protocol/panel.ts';
import type { Kind, Outcome } from '../../protocol/outcome.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import { outcomeOf, type DoneAnnotation } from '../annotations/annotation.ts';
import { PanelContent } from './content.ts';
import { pageHtml, pages } from './html.ts';
import { PanelMemory, type Shown } from './memory.ts';
import { parseFromPanel } from './messages.ts';

export const panelViewType = 'attentionScope.panel';

/** The extension's end of the panel: opens it, tells it what to draw, hears what the user does there. */
export class PanelHost implements vscode.Disposable {
  readonly #resources: vscode.Uri;
  readonly #memory: PanelMemory;
  readonly #onMessage: (message: Exclude<FromPanel, { type: 'ready' }>) => void;
  readonly #content = new PanelContent();
  readonly #posted = new vscode.EventEmitter<ToPanel>();
  #panel: vscode.WebviewPanel | undefined;

  /** Fires for every message to the panel, whether it is open or not. */
  readonly onDidPost = this.#posted.event;

  constructor(
    extensionUri: vscode.Uri,
    memory: PanelMemory,
    onMessage: (message: Exclude<FromPanel, { type: 'ready' }>) => void,
  ) {
    this.#resources = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    this.#memory = memory;
    this.#onMessage = onMessage;
  }

  /** What the panel shows, if it is whole. */
  get outcome(): Outcome | undefined {
    return this.#content.outcome;
  }

  /** What kind of thing the panel shows, whole or not. */
  get kind(): Kind | undefined {
    return this.#content.kind;
  }

  get visible(): boolean {
    return this.#panel?.visible ?? false;
  }

  /** Opens the panel beside the active editor, or brings it to the front; the focus stays where it is. */
  open(): void {
    if (this.#panel === undefined) {
      const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.#adopt(vscode.window.createWebviewPanel(panelViewType, 'Attention', place));
    } else if (!this.#panel.visible) {
      // Behind the very editor that is being read, it must not cover it.
      const covers = this.#panel.viewColumn === vscode.window.tabGroups.activeTabGroup.viewColumn;
      this.#panel.reveal(covers ? vscode.ViewColumn.Beside : undefined, true);
    }
  }

  /** Takes over a panel that VS Code restored after a reload. @returns what it showed, and shows again */
  restore(panel: vscode.WebviewPanel): Shown | undefined {
    this.#panel?.dispose();
    const shown = this.#memory.recall();
    this.#post({ type: 'show', outcome: shown?.outcome });
    this.#adopt(panel);
    return shown;
  }

  show(annotation: DoneAnnotation): void {
    this.#post({ type: 'show', outcome: outcomeOf(annotation) });
    this.keepPlace(annotation);
  }

  /** What is shown was made of this stretch of a document. */
  keepPlace(annotation: DoneAnnotation): void {
    const { uri, span } = annotation;
    this.#memory.keep({ outcome: outcomeOf(annotation), place: { uri, span } });
  }

  begin(kind: Kind, model: string): void {
    this.#post({ type: 'begin', kind, model });
  }

  progress(progress: TraceProgress): void {
    this.#post({ type: 'progress', progress });
  }

  end(outcome: Outcome): void {
    this.#post({ type: 'end', outcome });
    this.#memory.keep({ outcome, place: undefined });
  }

  failed(failure: FailureData): void {
    this.#post({ type: 'failed', failure });
  }

  highlight(side: Side, word: number | undefined): void {
    this.#post({ type: 'highlight', side, word });
  }

  /** Takes a message of the webview. */
  receive(value: unknown): void {
    const message = parseFromPanel(value);
    if (message === undefined) return;
    if (message.type !== 'ready') this.#onMessage(message);
    else for (const one of this.#content.replay()) void this.#panel?.webview.postMessage(one);
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#posted.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    this.#panel = panel;
    webview.onDidReceiveMessage((value: unknown) => this.receive(value));
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    webview.options = { enableScripts: true, localResourceRoots: [this.#resources] };
    webview.html = pageHtml(pages.panel, {
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(this.#resources, 'panel.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(this.#resources, 'panel.css')).toString(),
      nonce: randomBytes(16).toString('base64'),
    });
  }

  #post(message: ToPanel): void {
    this.#content.record(message);
    this.#posted.fire(message);
    void this.#panel?.webview.postMessage(message);
  }
}
