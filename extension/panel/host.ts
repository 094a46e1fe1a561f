import * as vscode from 'vscode';
import type { ToInspectPage } from '../../protocol/inspect-page.ts';
import type { FromPanel, Side, ToPanel } from '../../protocol/panel.ts';
import type { Kind, Outcome } from '../../protocol/outcome.ts';
import { outcomeOf, type DoneAnnotation } from '../annotations/annotation.ts';
import type { Inspecting } from '../inspection/inspecting.ts';
import type { Subject } from '../inspection/history.ts';
import { carriedMessage } from '../inspection/messages.ts';
import type { InspectorPage } from '../inspection/page.ts';
import { subjectOf } from '../inspection/subject.ts';
import { PanelContent } from './content.ts';
import { pages } from './html.ts';
import { PanelMemory, type Shown } from './memory.ts';
import { parseFromPanel } from './messages.ts';
import { Turns } from './turns.ts';
import { WebviewPage } from './webview-page.ts';

export const panelViewType = 'attentionScope.panel';

/** What a request says of itself after it began. */
export type Said = Extract<ToPanel, { type: 'progress' | 'end' | 'failed' }>;

/** The extension's end of the panel: opens it, tells it what to draw, hears what the user does there. */
export class PanelHost implements vscode.Disposable {
  readonly #memory: PanelMemory;
  readonly #onMessage: (message: Exclude<FromPanel, { type: 'ready' }>) => void;
  readonly #content = new PanelContent();
  readonly #posted = new vscode.EventEmitter<ToPanel>();
  readonly #turns = new Turns();
  readonly #page: WebviewPage<ToPanel | ToInspectPage>;
  readonly #inspector: InspectorPage;

  /** Fires for every message to the panel, whether it is open or not. */
  readonly onDidPost = this.#posted.event;

  constructor(
    extensionUri: vscode.Uri,
    memory: PanelMemory,
    inspecting: Pick<Inspecting, 'page'>,
    onMessage: (message: Exclude<FromPanel, { type: 'ready' }>) => void,
  ) {
    this.#memory = memory;
    this.#onMessage = onMessage;
    this.#page = new WebviewPage({
      page: pages.panel, name: 'panel', resources: vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
      heard: value => this.receive(value),
      hidden: () => this.#inspector.hidden(),
      closed: () => this.#inspector.close(),
    });
    this.#inspector = inspecting.page(message => void this.#page.post({ type: 'inspect', message }), () => this.#page.isReady, subject => memory.keepInspected(subject));
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
    return this.#page.visible;
  }

  /** Opens the panel beside the active editor, or brings it to the front; the focus stays where it is. */
  open(): void {
    const { panel } = this.#page;
    if (panel === undefined) {
      const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.#page.adopt(vscode.window.createWebviewPanel(panelViewType, 'Attention', place));
    } else if (!panel.visible) {
      // Behind the very editor that is being read, it must not cover it.
      const covers = panel.viewColumn === vscode.window.tabGroups.activeTabGroup.viewColumn;
      panel.reveal(covers ? vscode.ViewColumn.Beside : undefined, true);
    }
  }

  /** Takes over a panel that VS Code restored after a reload. @returns what it showed, and shows again */
  restore(panel: vscode.WebviewPanel): Shown | undefined {
    const { shown, inspected } = this.#memory.recall();
    this.#show(shown?.outcome);
    this.#inspector.show(shown?.place === undefined ? inspected : subjectOf(shown.outcome, shown.place));
    this.#page.adopt(panel);
    return shown;
  }

  show(annotation: DoneAnnotation): void {
    this.#show(outcomeOf(annotation));
    this.keepPlace(annotation);
  }

  /** Shows once more what is shown: what the user chose in the page and could not have is taken back there. */
  showAgain(): void {
    this.#show(this.outcome);
  }

  /** What is shown was made of this stretch of a document. */
  keepPlace(annotation: DoneAnnotation): void {
    const { uri, span, asked } = annotation;
    const shown = { outcome: outcomeOf(annotation), place: { uri, span, asked } };
    this.#memory.keep(shown);
    this.#inspector.show(subjectOf(shown.outcome, shown.place));
  }

  /** Shows what a model looks at in a text that it makes nothing of, or nothing yet. */
  inspect(subject: Subject): void {
    this.#show(undefined);
    this.#memory.keepInspected(subject);
    this.#inspector.inspect(subject);
  }

  /**
   * A model is asked for something that the panel is to show.
   * @param keeps only for another map of what is shown, which stays until that is there
   * @returns what says on: heard as long as nothing else is shown
   */
  begin(kind: Kind, model: string, keeps: boolean): (said: Said) => void {
    if (!keeps) this.#inspector.show(undefined);
    this.#post({ type: 'begin', kind, model, ...(keeps ? { keeps } : {}) });
    return this.#turns.take(said => {
      this.#post(said);
      if (said.type === 'end') this.#memory.keep({ outcome: said.outcome, place: undefined });
    });
  }

  highlight(side: Side, word: number | undefined): void {
    this.#inspector.light(side, word);
    this.#post({ type: 'highlight', side, word });
  }

  /** Takes a message of the webview. */
  receive(value: unknown): void {
    const carried = carriedMessage(value);
    if (carried !== undefined) {
      this.#inspector.receive(carried);
      return;
    }
    const message = parseFromPanel(value);
    if (message === undefined) return;
    if (message.type !== 'ready') {
      this.#onMessage(message);
      return;
    }
    this.#page.ready(this.#content.replay());
    this.#inspector.ready();
  }

  dispose(): void {
    this.#page.dispose();
    this.#posted.dispose();
  }

  #show(outcome: Outcome | undefined): void {
    this.#turns.take(() => undefined);
    this.#post({ type: 'show', outcome });
  }

  #post(message: ToPanel): void {
    this.#content.record(message);
    this.#posted.fire(message);
    this.#page.post(message);
  }
}
