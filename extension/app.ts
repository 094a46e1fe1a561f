import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { FromPanel } from '../protocol/panel.ts';
import type { InitializationOptions, ServerStatus } from '../protocol/server.ts';
import { AnnotationStore } from './annotations/store.ts';
import { Decorator } from './annotations/decorator.ts';
import { AttentionHover } from './annotations/hover.ts';
import { Focus } from './focus.ts';
import { logName } from './log.ts';
import { Notifier } from './notify.ts';
import { PanelHost, panelViewType } from './panel/host.ts';
import { PanelMemory, type Shown } from './panel/memory.ts';
import { readModel, readTranslationSettings, readWorkerSettings, section } from './settings.ts';
import { StatusItem } from './status/item.ts';
import { CurrentEditor } from './text/current-editor.ts';
import { textAt } from './text/range.ts';
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
  /** What a restored panel shows, until its document is open again. */
  #restored: Shown | undefined;

  constructor(context: vscode.ExtensionContext) {
    const memory = new PanelMemory(context.workspaceState, String(context.extension.packageJSON.version));
    this.panel = new PanelHost(context.extensionUri, memory, message => this.#onPanelMessage(message));
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
        this.#startedWith = readWorkerSettings();
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
      model: readTranslationSettings,
      translate: (params, onProgress, signal) => this.worker.translate(params, onProgress, signal),
      setShown: id => this.focus.setShown(id),
      withProgress,
      changed: () => {
        this.#stopOutdatedWorker();
        this.updateStatus();
      },
      failed: failure => this.notifier.failure(failure),
    });
  }

  #listen(): vscode.Disposable[] {
    return [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        const uri = document.uri.toString();
        this.store.edit(uri, contentChanges);
        // Lines that were split or joined: what follows a line may belong to another one, or share one, now.
        const shift = contentChanges.some(({ range, text }) => !range.isSingleLine || /[\n\r]/.test(text));
        if (shift && this.store.in(uri).length > 0) this.decorator.draw(new Set([uri]));
      }),
      vscode.workspace.onDidOpenTextDocument(document => {
        this.store.verify(document.uri.toString(), span => textAt(document, span));
        this.#revive([document]);
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
        deserializeWebviewPanel: async panel => {
          this.#restored = this.panel.restore(panel);
          this.#revive(vscode.workspace.textDocuments);
        },
      }),
    ];
  }

  /** Ties what a restored panel shows to its document again, where its text still stands there. */
  #revive(documents: readonly vscode.TextDocument[]): void {
    const { trace, place } = this.#restored ?? {};
    const document = documents.find(({ uri }) => uri.toString() === place?.uri);
    if (trace === undefined || place === undefined || document === undefined) return;
    this.#restored = undefined;
    if (this.panel.trace !== trace) return; // something else is shown by now
    if (textAt(document, place.span) !== trace.source.text) return;
    this.focus.setShown(this.store.complete(this.store.begin(place.uri, place.span), trace)?.id);
  }

  /** A worker learns folders and threads when it starts. The next request starts another one; a running one ends first. */
  #stopOutdatedWorker(): void {
    if (this.#startedWith === undefined || this.session.running) return;
    if (isDeepStrictEqual(this.#startedWith, readWorkerSettings())) return;
    this.#startedWith = undefined;
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

const panelCommands = {
  copy: 'attentionScope.copyShown',
  replace: 'attentionScope.replaceShown',
  cancel: 'attentionScope.cancel',
  translate: 'attentionScope.translateSelection',
  'select-model': 'attentionScope.selectModel',
  'clear-highlight': 'attentionScope.clearHighlight',
} as const;
