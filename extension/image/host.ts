import * as vscode from 'vscode';
import type { ImageClassification } from '../../protocol/classification.ts';
import type { FailureData } from '../../protocol/failure.ts';
import type { ImageCommand, Picture, ToImagePanel } from '../../protocol/image-panel.ts';
import { pages } from '../panel/html.ts';
import { Turns } from '../panel/turns.ts';
import { WebviewPage } from '../panel/webview-page.ts';
import { ImageContent } from './content.ts';
import { parseFromImagePanel } from './messages.ts';

export const imageViewType = 'attentionScope.image';

/** The extension's end of the panel that shows a classified image: opens it, tells it what to draw. */
export class ImageHost implements vscode.Disposable {
  readonly #onCommand: (command: ImageCommand) => void;
  readonly #content = new ImageContent();
  readonly #turns = new Turns();
  readonly #page: WebviewPage<ToImagePanel>;
  /** The image of a restored panel, until it is shown. */
  #restored: string | undefined;

  constructor(extensionUri: vscode.Uri, onCommand: (command: ImageCommand) => void) {
    this.#onCommand = onCommand;
    this.#page = new WebviewPage({
      page: pages.image, name: 'image', resources: vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
      heard: value => this.receive(value),
      closed: () => {
        this.#turns.take(() => undefined);
        this.#content.clear();
        this.#restored = undefined;
      },
    });
  }

  get isOpen(): boolean {
    return this.#page.panel !== undefined;
  }

  get visible(): boolean {
    return this.#page.visible;
  }

  /** Whether the panel has the focus. */
  get active(): boolean {
    return this.#page.panel?.active ?? false;
  }

  get classification(): ImageClassification | undefined {
    return this.#content.classification;
  }

  /** The image that is shown, or is to be. */
  get uri(): vscode.Uri | undefined {
    const uri = this.#content.uri ?? this.#restored;
    return uri === undefined ? undefined : vscode.Uri.parse(uri);
  }

  /** Opens the panel beside what is looked at, or brings it to the front; the focus stays where it is. */
  open(): void {
    const { panel } = this.#page;
    if (panel === undefined) {
      const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.#page.adopt(vscode.window.createWebviewPanel(imageViewType, pages.image.title, place));
    } else if (!panel.visible) panel.reveal(undefined, true);
  }

  /** Takes over a panel that VS Code restored after a reload, where the image of that URI was shown. */
  restore(panel: vscode.WebviewPanel, uri: string | undefined): void {
    this.#restored = uri;
    this.#page.adopt(panel);
  }

  /** Shows an image that a model is asked about. @returns what then says more of it: heard until another image takes its place */
  begin(picture: Picture): (message: ToImagePanel) => void {
    const { panel } = this.#page;
    if (panel !== undefined) panel.title = `${picture.name}: attention`;
    this.#post({ type: 'picture', picture });
    this.#post({ type: 'begin' });
    return this.#turns.take(message => this.#post(message));
  }

  /** Tells in a panel without an image why there is none. */
  failed(failure: FailureData): void {
    if (this.#content.uri === undefined) this.#post({ type: 'failed', failure });
  }

  /** Takes a message of the webview. */
  receive(value: unknown): void {
    const message = parseFromImagePanel(value);
    if (message === undefined) return;
    if (message.type === 'run') this.#onCommand(message.command);
    else this.#page.ready(this.#content.replay());
  }

  dispose(): void {
    this.#page.dispose();
  }

  #post(message: ToImagePanel): void {
    this.#content.record(message);
    this.#page.post(message);
  }
}
