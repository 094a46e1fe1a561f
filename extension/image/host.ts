import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ImageClassification } from '../../protocol/classification.ts';
import type { ImageCommand, Picture, ToImagePanel } from '../../protocol/image-panel.ts';
import { pageHtml, pages } from '../panel/html.ts';
import { ImageContent } from './content.ts';
import { parseFromImagePanel } from './messages.ts';

export const imageViewType = 'attentionScope.image';

/** The extension's end of the panel that shows a classified image: opens it, tells it what to draw. */
export class ImageHost implements vscode.Disposable {
  readonly #resources: vscode.Uri;
  readonly #onCommand: (command: ImageCommand) => void;
  readonly #content = new ImageContent();
  #panel: vscode.WebviewPanel | undefined;
  #turn = 0;

  constructor(extensionUri: vscode.Uri, onCommand: (command: ImageCommand) => void) {
    this.#resources = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    this.#onCommand = onCommand;
  }

  get visible(): boolean {
    return this.#panel?.visible ?? false;
  }

  get classification(): ImageClassification | undefined {
    return this.#content.classification;
  }

  /** The image that is shown. */
  get uri(): vscode.Uri | undefined {
    const { uri } = this.#content;
    return uri === undefined ? undefined : vscode.Uri.parse(uri);
  }

  /** Opens the panel beside what is looked at, or brings it to the front; the focus stays where it is. */
  open(): void {
    if (this.#panel === undefined) {
      const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.adopt(vscode.window.createWebviewPanel(imageViewType, pages.image.title, place));
    } else if (!this.#panel.visible) this.#panel.reveal(undefined, true);
  }

  /** Takes over a panel, also one that VS Code restored after a reload. */
  adopt(panel: vscode.WebviewPanel): void {
    if (this.#panel !== undefined && this.#panel !== panel) this.#panel.dispose();
    const { webview } = panel;
    this.#panel = panel;
    webview.onDidReceiveMessage((value: unknown) => this.receive(value));
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    webview.options = { enableScripts: true, localResourceRoots: [this.#resources] };
    webview.html = pageHtml(pages.image, {
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(this.#resources, 'image.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(this.#resources, 'image.css')).toString(),
      nonce: randomBytes(16).toString('base64'),
    });
  }

  /** Shows an image that a model is asked about. @returns what then says more of it */
  begin(picture: Picture): (message: ToImagePanel) => void {
    const turn = ++this.#turn;
    if (this.#panel !== undefined) this.#panel.title = `${picture.name}: attention`;
    this.#post({ type: 'picture', picture });
    this.#post({ type: 'begin' });
    // The image that took this one's place owns the panel.
    return message => {
      if (turn === this.#turn) this.#post(message);
    };
  }

  /** Takes a message of the webview. */
  receive(value: unknown): void {
    const message = parseFromImagePanel(value);
    if (message === undefined) return;
    if (message.type === 'run') this.#onCommand(message.command);
    else for (const one of this.#content.replay()) void this.#panel?.webview.postMessage(one);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #post(message: ToImagePanel): void {
    this.#content.record(message);
    void this.#panel?.webview.postMessage(message);
  }
}
