import * as vscode from 'vscode';
import type { CheckpointCommand, ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import { Failure } from '../../protocol/failure.ts';
import type { ToInspectPage } from '../../protocol/inspect-page.ts';
import type { App } from '../app.ts';
import { beamOf } from '../inspection/choose-model.ts';
import { carriedMessage } from '../inspection/messages.ts';
import type { InspectorPage } from '../inspection/page.ts';
import { pages } from '../panel/html.ts';
import { WebviewPage } from '../panel/webview-page.ts';
import { assertMayRun } from '../settings.ts';
import { askForInput } from './ask-for-input.ts';
import type { AskedText } from './ask-for-texts.ts';
import { watchCheckpoint } from './changes.ts';
import { chooseCheckpoint } from './choose.ts';
import { CheckpointDialogue } from './dialogue.ts';
import { parseFromCheckpointPage } from './messages.ts';
import { nameOf, placeOf, type CheckpointPlace } from './place.ts';
import { readsOf } from './reads.ts';

/** One editor of a checkpoint: its page, what the user does there, and the dialogue with the worker. */
export class CheckpointEditor {
  readonly uri: vscode.Uri;
  readonly dialogue: CheckpointDialogue;
  readonly #app: App;
  readonly #place: CheckpointPlace | Failure;
  readonly #page: WebviewPage<ToCheckpointPage | ToInspectPage>;
  readonly #inspector: InspectorPage;
  #watching: Promise<vscode.Disposable | undefined> | undefined;
  #isClosed = false;
  /** The text that was attended to last. */
  #asked: AskedText = { text: '' };

  /** @param closed the editor is gone */
  constructor(app: App, uri: vscode.Uri, closed: () => void) {
    this.#app = app;
    this.uri = uri;
    this.#place = placeOrFailure(uri);
    this.dialogue = new CheckpointDialogue(this.#place instanceof Failure ? { path: '', name: nameOf(uri) } : this.#place, {
      ask: (method, params, signal, onProgress) => app.worker.ask(method, params, signal, onProgress),
      post: message => this.#page.post(message),
    });
    this.#page = new WebviewPage({
      page: pages.checkpoint, name: 'checkpoint', resources: vscode.Uri.joinPath(app.extensionUri, 'dist', 'webview'),
      heard: value => this.receive(value),
      hidden: () => this.#inspector.hidden(),
      closed: () => {
        this.#isClosed = true;
        void this.#watching?.then(watching => watching?.dispose());
        this.dialogue.dispose();
        app.inspecting.close(this.#inspector);
        closed();
      },
    });
    this.#inspector = app.inspecting.page(message => void this.#page.post({ type: 'inspect', message }), () => this.#page.isReady, ({ asked: { text } }) => (this.#asked = { text }));
  }

  /** Fills the panel that VS Code made for it. */
  fill(panel: vscode.WebviewPanel): void {
    this.#page.adopt(panel);
  }

  /** Reads the checkpoint, also once more. */
  async read(): Promise<void> {
    const place = this.#place;
    if (place instanceof Failure) {
      this.dialogue.refuse(nameOf(this.uri), place);
      return;
    }
    this.#watching ??= this.#watch(place);
    await this.dialogue.read();
  }

  /** Compares it with another checkpoint. */
  async compare(other: vscode.Uri): Promise<void> {
    await this.#telling(async () => this.dialogue.compare(placeOf(other)));
  }

  /** Takes a message of the webview. */
  receive(value: unknown): void {
    const carried = carriedMessage(value);
    if (carried !== undefined) {
      this.#inspector.receive(carried);
      return;
    }
    const message = parseFromCheckpointPage(value);
    switch (message?.type) {
      case undefined: return;
      case 'ready':
        this.#page.ready(this.dialogue.replay());
        this.#inspector.ready();
        return;
      case 'measure': void this.dialogue.measure(message.tensor); return;
      case 'map': void this.dialogue.readTrace(message.map); return;
      case 'run': void this.#telling(() => this.#run(message.command)); return;
    }
  }

  /** Asks for a text, or for numbers, and inspects what the model makes of it. @throws Failure `untrusted-workspace` */
  async #attend(): Promise<void> {
    if (this.#place instanceof Failure) throw this.#place;
    assertMayRun(this.#place.path);
    const selected = this.#app.currentEditor.selected();
    const asked = await askForInput(this.#place.name, readsOf(this.dialogue.summary), selected === undefined ? this.#asked : { text: selected.text });
    if (asked === undefined) return;
    this.#asked = asked;
    const { text } = asked;
    await this.#app.inspecting.recentModels.add(this.#place.path);
    // Where the text was selected, it is tinted.
    const place = text === selected?.text ? selected.place : undefined;
    this.#inspector.inspect({ asked: { model: this.#place.path, ...asked, languageId: 'plaintext', beam: beamOf(undefined), interventions: [] }, place });
  }

  async #run(command: CheckpointCommand): Promise<void> {
    switch (command) {
      case 'reload': return this.read();
      case 'attend': return this.#attend();
      case 'cancel-attending': return this.#inspector.cancel();
      case 'cancel-comparing': return this.dialogue.cancelComparing();
      case 'compare': {
        const other = await chooseCheckpoint(`Compare ${nameOf(this.uri)} with`, 'Compare');
        if (other !== undefined) await this.compare(other);
      }
    }
  }

  async #watch(place: CheckpointPlace): Promise<vscode.Disposable | undefined> {
    const type = await vscode.workspace.fs.stat(vscode.Uri.file(place.path)).then(stat => stat.type, () => vscode.FileType.File);
    if (this.#isClosed) return undefined;
    return watchCheckpoint(place, (type & vscode.FileType.Directory) !== 0, () => this.dialogue.changed());
  }

  /** What fails before the page has anything to tell of it is told as any command's failure. */
  async #telling(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#app.notifier.failure(Failure.from(error));
    }
  }
}

function placeOrFailure(uri: vscode.Uri): CheckpointPlace | Failure {
  try {
    return placeOf(uri);
  } catch (error) {
    return Failure.from(error);
  }
}
