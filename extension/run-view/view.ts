import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { ToInspectPage } from '../../protocol/inspect-page.ts';
import type { RunCommand, ToRunPage } from '../../protocol/run-page.ts';
import type { RunWish } from '../../protocol/runs.ts';
import { askForText } from '../checkpoint/ask-for-text.ts';
import type { Inspecting } from '../inspection/inspecting.ts';
import { carriedMessage } from '../inspection/messages.ts';
import type { InspectorPage } from '../inspection/page.ts';
import { pages } from '../panel/html.ts';
import { WebviewPage } from '../panel/webview-page.ts';
import { RunDialogue } from './dialogue.ts';
import { lastPart } from './followed-run.ts';
import { parseFromRunPage } from './messages.ts';
import { pickRuns } from './pick-runs.ts';
import type { KnownRuns, RunsAsk } from './services.ts';

/** What the views of runs need of the rest of the extension. */
export interface RunViewsHost {
  readonly extensionUri: vscode.Uri;
  readonly ask: RunsAsk;
  readonly runs: KnownRuns;
  readonly inspecting: Pick<Inspecting, 'page' | 'close'>;
  /** Tells a run what is wished of it. @throws Failure where it cannot be */
  control(folder: string, wish: RunWish): Promise<void>;
  /** Somebody looks at runs: what changes of them is to be told from now on. */
  watch(): void;
  /** The text that is selected in an editor; empty where there is none. */
  selectedText(): string;
  failed(failure: Failure): void;
}

/** One panel with runs: its page, what the user does there, and the dialogue with the worker. */
export class RunView {
  readonly dialogue: RunDialogue;
  readonly #host: RunViewsHost;
  readonly #page: WebviewPage<ToRunPage | ToInspectPage>;
  readonly #inspector: InspectorPage;

  /**
   * @param folders of the runs, the one that it is opened for first
   * @param closed the panel is gone
   */
  constructor(host: RunViewsHost, folders: readonly string[], closed: () => void) {
    this.#host = host;
    this.dialogue = new RunDialogue(folders, {
      ask: host.ask, runs: host.runs,
      post: message => this.#post(message),
      isSeen: () => this.#page.visible,
      control: (folder, wish) => host.control(folder, wish),
      askForText: proposal => askForText('each checkpoint', host.selectedText() || proposal),
    });
    this.#page = new WebviewPage({
      page: pages.run, name: 'run', resources: vscode.Uri.joinPath(host.extensionUri, 'dist', 'webview'),
      heard: value => this.receive(value),
      hidden: () => this.#inspector.hidden(),
      closed: () => {
        this.dialogue.dispose();
        host.inspecting.close(this.#inspector);
        closed();
      },
    });
    this.#inspector = host.inspecting.page(message => void this.#page.post({ type: 'inspect', message }), () => this.#page.isReady);
    host.watch();
  }

  /** Fills the panel that was made for it, or restored. */
  fill(panel: vscode.WebviewPanel): void {
    panel.title = this.#name;
    this.#page.adopt(panel);
  }

  /** Brings it to the front. */
  reveal(): void {
    this.#page.panel?.reveal();
  }

  /** Takes a message of the webview. */
  receive(value: unknown): void {
    const carried = carriedMessage(value);
    if (carried !== undefined) {
      this.#inspector.receive(carried);
      return;
    }
    const message = parseFromRunPage(value);
    switch (message?.type) {
      case undefined: return;
      case 'ready':
        this.#page.ready(this.dialogue.replay());
        this.#inspector.ready();
        this.dialogue.renew();
        return;
      case 'want': this.dialogue.want(message); return;
      case 'probe': void this.dialogue.probe(message.at); return;
      case 'remove': this.dialogue.remove(message.folder); return;
      case 'control': void this.#telling(() => this.dialogue.control(message.folder, message.wish)); return;
      case 'choose-text': void this.#telling(() => this.dialogue.chooseText(message.proposal)); return;
      case 'run': void this.#telling(() => this.#run(message.command)); return;
    }
  }

  get #name(): string {
    const main = this.dialogue.main;
    return main === undefined ? pages.run.title : main.shown.name;
  }

  async #run(command: RunCommand): Promise<void> {
    switch (command) {
      case 'reload': return this.dialogue.reload();
      case 'add': {
        const { folders } = this.dialogue;
        this.dialogue.add(await pickRuns(this.#host.runs.all.filter(({ folder }) => !folders.includes(folder)), lastPart(folders[0] ?? '')));
      }
    }
  }

  /** A run may have been named otherwise. */
  #post(message: ToRunPage): boolean {
    const { panel } = this.#page;
    if (message.type === 'runs' && panel !== undefined && panel.title !== this.#name) panel.title = this.#name;
    return this.#page.post(message);
  }

  /** What fails before the page has anything to tell of it is told as any command's failure. */
  async #telling(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#host.failed(Failure.from(error));
    }
  }
}
