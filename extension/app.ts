import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { Failure } from '../protocol/failure.ts';
import type { FromPanel } from '../protocol/panel.ts';
import type { InitializationOptions, ServerStatus } from '../protocol/server.ts';
import { AnnotationStore } from './annotations/store.ts';
import { Decorator } from './annotations/decorator.ts';
import { AttentionHover } from './annotations/hover.ts';
import { Focus } from './focus.ts';
import { logName } from './log.ts';
import { Notifier } from './notify.ts';
import { PanelHost, panelViewType } from './panel/host.ts';
import { readModel, readSettings, section } from './settings.ts';
import { StatusItem } from './status/item.ts';
import { CurrentEditor } from './text/current-editor.ts';
import { TraceCache } from './translate/cache.ts';
import { withProgress } from './translate/progress.ts';
import { Session } from './translate/session.ts';
import { Worker } from './worker/worker.ts';

/** The extension's parts and how they hang together. */
export class App implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel(logName, { log: true });
  readonly notifier = new Notifier(this.log);
  readonly currentEditor = new CurrentEditor();
  readonly store = new AnnotationStore(uris => {
    this.decorator.draw(uris);
  });
  readonly panel: PanelHost;
  readonly focus: Focus;
  readonly decorator: Decorator;
  readonly hover: AttentionHover;
  readonly worker: Worker;
  readonly session: Session;
  readonly status = new StatusItem();
  readonly #cache = new TraceCache();
  readonly #names = new Map<string, string>();
  #startedWith: InitializationOptions | undefined;
  #serverStatus: ServerStatus = { state: 'idle' };

  constructor(context: vscode.ExtensionContext) {
    this.panel = new PanelHost(context.extensionUri, context.workspaceState, message => this.#onPanelMessage(message));
    this.focus = new Focus(this.store, this.panel, {
      busy: () => this.session.running,
      redraw: () => this.decorator.draw(),
      activeChanged: active => void vscode.commands.executeCommand('setContext', 'attentionScope.highlighted', active),
    });
    this.decorator = new Decorator(this.store, () => this.focus.lit);
    this.hover = new AttentionHover(this.store, this.focus);
    this.worker = this.#makeWorker(context.extensionPath);
    this.session = this.#makeSession();
    this.updateStatus();
    context.subscriptions.push(this, ...this.#listen());
  }

  updateStatus(): void {
    const model = readModel();
    this.status.update({
      model,
      modelName: this.#names.get(model),
      worker: this.worker.state,
      server: this.#serverStatus,
      translating: this.session.running,
    });
  }

  /** Ends the worker and forgets its answers: a model's files may have changed. */
  async restartWorker(): Promise<void> {
    this.#cache.clear();
    this.session.cancel();
    await this.worker.restart();
  }

  dispose(): void {
    for (const part of [this.currentEditor, this.panel, this.decorator, this.status, this.log]) part.dispose();
  }

  #makeWorker(extensionPath: string): Worker {
    return new Worker({
      connect: async (onStatus, onLost) => {
        this.#startedWith = workerOptions();
        const initialization = this.#startedWith;
        // The language client is large: nobody waits for it before the first request.
        const { WorkerConnection } = await import('./worker/connection.ts');
        return WorkerConnection.start({ extensionPath, initialization, log: this.log, onStatus, onLost });
      },
      onState: state => {
        if (state !== 'running') this.#serverStatus = { state: 'idle' };
        this.updateStatus();
        if (state === 'running') void this.#learnNames();
      },
      onStatus: status => {
        this.#serverStatus = status;
        if (status.state === 'engine-restarted') {
          this.notifier.workerLost(`The translation engine stopped and was restarted: ${status.reason}`);
        }
        this.updateStatus();
      },
      sayLost: message => this.notifier.workerLost(message),
    });
  }

  #makeSession(): Session {
    return new Session({
      store: this.store,
      cache: this.#cache,
      panel: this.panel,
      model: readSettings,
      translate: (params, onProgress, signal) => this.worker.translate(params, onProgress, signal),
      setShown: id => this.focus.setShown(id),
      withProgress,
      changed: () => this.updateStatus(),
      failed: failure => this.notifier.failure(failure),
    });
  }

  #listen(): vscode.Disposable[] {
    return [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.store.edit(document.uri.toString(), contentChanges);
      }),
      vscode.workspace.onDidOpenTextDocument(document => {
        this.store.verify(document.uri.toString(), span =>
          document.getText(new vscode.Range(document.positionAt(span.start), document.positionAt(span.end))),
        );
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.decorator.draw()),
      vscode.window.onDidChangeTextEditorSelection(() => this.focus.clear()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (!change.affectsConfiguration(section)) return;
        this.#stopOutdatedWorker();
        this.updateStatus();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#stopOutdatedWorker()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#stopOutdatedWorker()),
      vscode.languages.registerHoverProvider('*', this.hover),
      vscode.window.registerWebviewPanelSerializer(panelViewType, {
        deserializeWebviewPanel: async panel => this.panel.restore(panel),
      }),
    ];
  }

  /** A worker learns folders and threads when it starts. The next request starts another one. */
  #stopOutdatedWorker(): void {
    if (this.#startedWith === undefined) return;
    try {
      if (isDeepStrictEqual(this.#startedWith, workerOptions())) return;
    } catch (error) {
      // The next request tells the user why the settings can't be used.
      this.log.warn(Failure.from(error).message);
    }
    void this.worker.stop();
  }

  #onPanelMessage(message: Exclude<FromPanel, { type: 'ready' }>): void {
    if (message.type === 'point') this.focus.point(message.side, message.word);
    else void vscode.commands.executeCommand(panelCommands[message.command]);
  }

  async #learnNames(): Promise<void> {
    const models = await this.worker.models(new AbortController().signal).catch((error: unknown) => {
      this.log.warn('The models could not be listed.', error);
      return [];
    });
    for (const model of models) this.#names.set(model.id, model.name);
    this.updateStatus();
  }
}

function workerOptions(): InitializationOptions {
  const { modelFolders, threads } = readSettings();
  return { modelFolders, threads };
}

const panelCommands = {
  copy: 'attentionScope.copyShown',
  replace: 'attentionScope.replaceShown',
  cancel: 'attentionScope.cancel',
  translate: 'attentionScope.translateSelection',
  'select-model': 'attentionScope.selectModel',
} as const;
