import * as vscode from 'vscode';
import type { ImageClassification } from '../../protocol/classification.ts';
import type { FailureData } from '../../protocol/failure.ts';
import type { ImageCommand, Picture, ToImagePanel } from '../../protocol/image-panel.ts';
import type { ToInspectPage } from '../../protocol/inspect-page.ts';
import type { OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Inspecting } from '../inspection/inspecting.ts';
import { carriedMessage } from '../inspection/messages.ts';
import type { InspectorPage } from '../inspection/page.ts';
import { pages } from '../panel/html.ts';
import { Turns } from '../panel/turns.ts';
import { WebviewPage } from '../panel/webview-page.ts';
import { ImageContent } from './content.ts';
import { parseFromImagePanel } from './messages.ts';
import { imageName } from './read.ts';

export const imageViewType = 'attentionScope.image';

/** The extension's end of the panel that shows a classified image: opens it, tells it what to draw. */
export class ImageHost implements vscode.Disposable {
  readonly #onCommand: (command: ImageCommand) => void;
  readonly #content = new ImageContent();
  readonly #turns = new Turns();
  readonly #page: WebviewPage<ToImagePanel | ToInspectPage>;
  readonly #inspector: InspectorPage;
  /** The image of a restored panel, until it is shown. */
  #restored: string | undefined;

  constructor(extensionUri: vscode.Uri, inspecting: Pick<Inspecting, 'page'>, onCommand: (command: ImageCommand) => void) {
    this.#onCommand = onCommand;
    this.#page = new WebviewPage({
      page: pages.image, name: 'image', resources: vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
      heard: value => this.receive(value),
      hidden: () => this.#inspector.hidden(),
      closed: () => {
        this.#turns.take(() => undefined);
        this.#content.clear();
        this.#restored = undefined;
        this.#inspector.close();
      },
    });
    this.#inspector = inspecting.page(message => void this.#page.post({ type: 'inspect', message }), () => this.#page.isReady);
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
    this.#inspector.show(undefined);
    const { panel } = this.#page;
    if (panel !== undefined) panel.title = `${picture.name}: attention`;
    this.#post({ type: 'picture', picture });
    this.#post({ type: 'begin' });
    return this.#turns.take(message => this.#post(message));
  }

  /** What the model that classified the image that is shown looks at in it. @param image its bytes, in base64 */
  inspect(uri: vscode.Uri, model: string, image: string): void {
    const asked: OpenInspectionParams = { model, task: 'image-classification', text: imageName(uri), image, languageId: 'plaintext', beam: 1, interventions: [] };
    this.#inspector.show({ asked, place: undefined, file: uri.toString() });
  }

  /** Tells in a panel without an image why there is none. */
  failed(failure: FailureData): void {
    if (this.#content.uri === undefined) this.#post({ type: 'failed', failure });
  }

  /** Takes a message of the webview. */
  receive(value: unknown): void {
    const carried = carriedMessage(value);
    if (carried !== undefined) {
      this.#inspector.receive(carried);
      return;
    }
    const message = parseFromImagePanel(value);
    if (message === undefined) return;
    if (message.type === 'run') {
      this.#onCommand(message.command);
      return;
    }
    this.#page.ready(this.#content.replay());
    this.#inspector.ready();
  }

  dispose(): void {
    this.#page.dispose();
  }

  #post(message: ToImagePanel): void {
    this.#content.record(message);
    this.#page.post(message);
  }
}
