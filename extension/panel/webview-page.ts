import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';
import { pageHtml, type Page } from './html.ts';

/** Which page a panel holds, and who hears it. */
export interface WebviewPageHost {
  readonly page: Page;
  /** The page's script and style sheet are called so. */
  readonly name: string;
  /** The folder that both lie in: nothing else can be loaded. */
  readonly resources: vscode.Uri;
  /** The page says something. */
  heard(value: unknown): void;
  /** Nobody sees it any more: another tab covers it. */
  hidden(): void;
  /** Its panel was closed. */
  closed(): void;
}

/**
 * A webview panel with one page. VS Code destroys a hidden panel's page, and keeps what is posted to one that is still
 * loading: so nothing is posted before the page says that it is ready, and then all that brings it up to date.
 */
export class WebviewPage<To> {
  readonly #host: WebviewPageHost;
  #panel: vscode.WebviewPanel | undefined;
  #isReady = false;

  constructor(host: WebviewPageHost) {
    this.#host = host;
  }

  get panel(): vscode.WebviewPanel | undefined {
    return this.#panel;
  }

  get visible(): boolean {
    return this.#panel?.visible ?? false;
  }

  /** Whether there is a page that hears what is posted. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Fills a panel, also one that VS Code restored after a reload; another one that is open is closed. */
  adopt(panel: vscode.WebviewPanel): void {
    const { page, name, resources } = this.#host;
    const { webview } = panel;
    const before = this.#panel;
    this.#panel = panel;
    this.#isReady = false;
    before?.dispose();
    webview.onDidReceiveMessage((value: unknown) => this.#host.heard(value));
    panel.onDidChangeViewState(() => {
      if (panel.visible || this.#panel !== panel) return;
      this.#isReady = false;
      this.#host.hidden();
    });
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#isReady = false;
      this.#host.closed();
    });
    const resource = (file: string): string => webview.asWebviewUri(resources.with({ path: `${resources.path}/${file}` })).toString();
    webview.options = { enableScripts: true, localResourceRoots: [resources] };
    webview.html = pageHtml(page, {
      cspSource: webview.cspSource, script: resource(`${name}.js`), style: resource(`${name}.css`), nonce: randomBytes(16).toString('base64'),
    });
  }

  /** The page is alive: it gets all that was said until now. */
  ready(all: readonly To[]): void {
    this.#isReady = true;
    for (const message of all) this.post(message);
  }

  /** @returns whether there is a page that hears it */
  post(message: To): boolean {
    if (this.#isReady) void this.#panel?.webview.postMessage(message);
    return this.#isReady;
  }

  dispose(): void {
    this.#panel?.dispose();
  }
}
