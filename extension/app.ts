import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { Failure } from '../protocol/failure.ts';
import type { FromPanel } from '../protocol/panel.ts';
import { sourceOf, wordings } from '../protocol/outcome.ts';
import type { RunsChanged } from '../protocol/runs.ts';
import type { InitializationOptions, ModelInfo, ServerStatus, Task } from '../protocol/server.ts';
import { AnnotationStore } from './annotations/store.ts';
import { Decorator } from './annotations/decorator.ts';
import type { FollowedMap } from './annotations/followed.ts';
import { AttentionHover } from './annotations/hover.ts';
import { CheckpointEditors } from './checkpoint/editors.ts';
import { ClusterJobs } from './cluster/cluster-jobs.ts';
import { confirmCancel } from './cluster/confirm-cancel.ts';
import { chooseModel } from './commands/select-model.ts';
import { ConfigFiles } from './config-file/config-files.ts';
import { Focus } from './focus.ts';
import { classifyImageAt } from './image/classify.ts';
import { ImageHost, imageViewType } from './image/host.ts';
import { restoreImage } from './image/restore.ts';
import { Inspecting } from './inspection/inspecting.ts';
import { logName } from './log.ts';
import { Models } from './models.ts';
import { Notifier } from './notify.ts';
import { PanelHost, panelViewType } from './panel/host.ts';
import { PanelMemory, type Shown } from './panel/memory.ts';
import { RunViews } from './run-view/run-views.ts';
import { Runs } from './runs/runs.ts';
import { readTargets } from './runs/settings.ts';
import { ask } from './session/ask.ts';
import { OutcomeCache } from './session/cache.ts';
import { waitingFor, withProgress } from './session/progress.ts';
import { Session, type Running } from './session/session.ts';
import { readBeam, readWorkerSettings, section } from './settings.ts';
import { StatusItem } from './status/item.ts';
import { LatestModel } from './status/latest-model.ts';
import { CurrentEditor } from './text/current-editor.ts';
import { textAt } from './text/range.ts';
import { LargeModels } from './worker/large-models.ts';
import { Worker } from './worker/worker.ts';

/** The extension's parts and how they hang together. */
export class App implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel(logName, { log: true });
  readonly notifier = new Notifier(this.log, () => this.#task);
  readonly currentEditor = new CurrentEditor();
  readonly store = new AnnotationStore(uris => {
    this.decorator.draw(uris);
  });
  readonly extensionUri: vscode.Uri;
  /** What is remembered of this workspace. */
  readonly memory: vscode.Memento;
  readonly inspecting: Inspecting;
  readonly panel: PanelHost;
  readonly image: ImageHost;
  readonly focus: Focus;
  readonly decorator: Decorator;
  readonly hover: AttentionHover;
  readonly worker: Worker;
  readonly largeModels = new LargeModels((method, params, signal, onProgress) => this.worker.ask(method, params, signal, onProgress), confirmLarge);
  readonly checkpoints = new CheckpointEditors(this);
  readonly jobs = new ClusterJobs({
    ask: (method, params, signal, onProgress) => this.worker.ask(method, params, signal, onProgress),
    targets: readTargets,
    waiting: (title, work) => waitingFor(title, new Failure('cancelled', 'Nobody waits any more for the cluster.', 'Show Jobs of a Cluster… tells how its jobs are doing.'), work),
    confirms: confirmCancel,
  });
  readonly session: Session;
  readonly models = new Models({ list: () => this.listModels(), ask: task => chooseModel(this, task) });
  readonly status = new StatusItem();
  readonly runs: Runs;
  readonly runViews: RunViews;
  readonly configFiles: ConfigFiles;
  readonly #cache = new OutcomeCache();
  readonly #latestModel = new LatestModel();
  /** What a model was last asked for. */
  #task: Task = 'translation';
  #isHighlighted = false;
  #startedWith: InitializationOptions | undefined;
  #serverStatus: ServerStatus = { state: 'idle' };
  /** What a restored panel shows, until its document is open again. */
  #restored: Shown | undefined;

  constructor(context: vscode.ExtensionContext) {
    const memory = new PanelMemory(context.workspaceState, String(context.extension.packageJSON.version));
    this.extensionUri = context.extensionUri;
    this.memory = context.workspaceState;
    this.inspecting = new Inspecting({
      context,
      worker: { ask: (method, params, signal, onProgress) => this.worker.ask(method, params, signal, onProgress), tell: (note, params) => this.worker.tell(note, params) },
      largeModels: this.largeModels,
      log: this.log,
      listModels: () => this.listModels(),
      selectedText: () => this.currentEditor.selectedText(),
      failed: failure => this.notifier.failure(failure),
      redraw: () => this.decorator.draw(),
      shownChanged: () => {
        this.#tellHighlighted();
        this.updateStatus();
      },
    });
    this.panel = new PanelHost(context.extensionUri, memory, this.inspecting, message => this.#onPanelMessage(message));
    this.image = new ImageHost(context.extensionUri, this.inspecting, command => void vscode.commands.executeCommand(imageCommands[command], 'image-classification'));
    this.focus = new Focus(this.store, this.panel, {
      busy: () => this.session.runsOnText,
      redraw: () => this.decorator.draw(),
      activeChanged: () => this.#tellHighlighted(),
    });
    const followed = (uri: string): FollowedMap | undefined => this.inspecting.followed(uri);
    this.decorator = new Decorator(this.store, () => this.focus.lit, followed);
    this.hover = new AttentionHover(this.store, this.focus, followed);
    this.worker = this.#makeWorker(context.extensionPath);
    this.session = this.#makeSession();
    this.runs = new Runs({
      context,
      notifier: this.notifier,
      worker: this.worker,
      jobs: this.jobs,
      listModels: () => this.listModels(),
      currentModel: task => this.models.idOf(task),
    });
    this.runViews = this.#makeRunViews();
    this.configFiles = new ConfigFiles({ worker: this.worker, runs: this.runs.store, log: this.log, watchRuns: () => void this.runs.watch.begin() });
    this.updateStatus();
    context.subscriptions.push(this, ...this.#listen());
  }

  updateStatus(): void {
    const { current } = this.session;
    this.#task = taskOf(current) ?? this.#task;
    const { inFront } = this.inspecting;
    const model = this.models.idOf(this.#task);
    this.status.update({
      task: this.#task,
      model,
      modelName: this.models.nameOf(this.#task),
      inspected: this.#latestModel.inspected(model, inFront && { inspection: inFront.id, model: this.models.called(inFront.asked.model) ?? inFront.model ?? inFront.asked.model }),
      worker: this.worker.state,
      server: this.#serverStatus,
      doing: doingOf(current),
    });
  }

  /** The models there are, and those in some more folders. */
  listModels(folders: readonly string[] = []): Promise<readonly ModelInfo[]> {
    return this.worker.models(new AbortController().signal, folders);
  }

  /** Ends the worker and forgets its answers: a model's files may have changed. */
  async restartWorker(): Promise<void> {
    this.#cache.clear();
    this.session.cancel();
    await this.worker.restart();
  }

  dispose(): void {
    for (const part of [this.inspecting, this.runViews, this.runs, this.currentEditor, this.panel, this.image, this.decorator, this.status, this.log]) part.dispose();
  }

  #makeWorker(extensionPath: string): Worker {
    return new Worker({
      connect: async (onStatus, onLost) => {
        this.#startedWith = readWorkerSettings();
        const initialization = this.#startedWith;
        // The language client is large: nobody waits for it before the first request.
        const { WorkerConnection } = await import('./worker/connection.ts');
        const onRunsChanged = (change: RunsChanged): void => this.runs.changed(change);
        return WorkerConnection.start({ extensionPath, initialization, log: this.log, onStatus, onRunsChanged, onLost });
      },
      onState: state => {
        if (state !== 'running') this.#serverStatus = { state: 'idle' };
        this.updateStatus();
        if (state !== 'running') return;
        this.runs.workerStarted();
        void this.#learnNames();
      },
      onStatus: status => {
        this.#serverStatus = status;
        if (status.state === 'engine-restarted') {
          this.notifier.workerLost(`The engine stopped and was restarted: ${status.reason}`);
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
      settings: async kind => ({ model: await this.models.of(wordings[kind].task), beam: kind === 'translation' ? readBeam() : 1 }),
      ask: (request, onProgress, signal) => ask(this.largeModels.ask, request, onProgress, signal),
      setShown: id => this.focus.setShown(id),
      withProgress,
      changed: () => {
        void this.#stopOutdatedWorker();
        this.updateStatus();
      },
      failed: failure => this.notifier.failure(failure),
    });
  }

  #makeRunViews(): RunViews {
    return new RunViews({
      extensionUri: this.extensionUri,
      ask: this.runs.ask,
      runs: this.runs.store,
      inspecting: this.inspecting,
      control: (folder, wish) => this.runs.control(folder, wish),
      watch: () => void this.runs.watch.begin(),
      selectedText: () => this.currentEditor.selectedText(),
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
        this.models.forget();
        void this.#settingsChanged();
        this.updateStatus();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#settingsChanged()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#settingsChanged()),
      ...this.checkpoints.register(),
      this.runViews.register(),
      ...this.configFiles.register(),
      vscode.languages.registerHoverProvider('*', this.hover),
      vscode.window.registerWebviewPanelSerializer(panelViewType, {
        deserializeWebviewPanel: async panel => {
          this.#restored = this.panel.restore(panel);
          this.#revive(vscode.workspace.textDocuments);
        },
      }),
      vscode.window.registerWebviewPanelSerializer(imageViewType, {
        deserializeWebviewPanel: async (panel, state: unknown) => restoreImage(panel, state, {
          isOpen: () => this.image.isOpen,
          restore: (restored, uri) => this.image.restore(restored, uri),
          show: uri => this.#showRestored(uri),
        }),
      }),
    ];
  }

  /** Ties what a restored panel shows to its document again, where its text still stands there. */
  #revive(documents: readonly vscode.TextDocument[]): void {
    const { outcome, place } = this.#restored ?? {};
    const document = documents.find(({ uri }) => uri.toString() === place?.uri);
    if (outcome === undefined || place === undefined || document === undefined) return;
    this.#restored = undefined;
    if (this.panel.outcome !== outcome) return; // something else is shown by now
    if (textAt(document, place.span) !== sourceOf(outcome).text) return;
    this.focus.setShown(this.store.complete(this.store.begin(place.uri, place.span), outcome, place.asked)?.id);
  }

  /** A worker learns folders and threads when it starts. The next request starts another one; a running one ends first. */
  async #stopOutdatedWorker(): Promise<void> {
    if (this.#startedWith === undefined || this.session.running) return;
    if (isDeepStrictEqual(this.#startedWith, readWorkerSettings())) return;
    this.#startedWith = undefined;
    await this.worker.stop();
    await this.runs.workerStopped();
  }

  /** What settings name may be others, or allowed now. */
  async #settingsChanged(): Promise<void> {
    await this.#stopOutdatedWorker();
    await this.runs.settingsChanged();
  }

  /** The image of a restored panel may be gone: that is told in its place, as nobody asked just now. */
  async #showRestored(uri: string): Promise<void> {
    try {
      await classifyImageAt(this, vscode.Uri.parse(uri));
    } catch (error) {
      const failure = Failure.from(error);
      this.log.info(failure.message);
      this.image.failed(failure.toData());
    }
  }

  /** Whether Escape in an editor has something to put out. */
  #tellHighlighted(): void {
    const isHighlighted = this.focus.isActive || this.inspecting.isPointed;
    if (isHighlighted === this.#isHighlighted) return;
    this.#isHighlighted = isHighlighted;
    void vscode.commands.executeCommand('setContext', 'attentionScope.highlighted', isHighlighted);
  }

  #onPanelMessage(message: Exclude<FromPanel, { type: 'ready' }>): void {
    if (message.type === 'point') {
      this.focus.point(message.side, message.word);
      return;
    }
    if (message.type === 'map') {
      void vscode.commands.executeCommand('attentionScope.showMap', message.map);
      return;
    }
    const { task } = wordings[this.panel.kind ?? 'translation'];
    void vscode.commands.executeCommand(panelCommands[message.command], ...(message.command === 'select-model' ? [task] : []));
  }

  async #learnNames(): Promise<void> {
    try {
      this.models.learn(await this.listModels());
    } catch (error) {
      this.log.warn('The models could not be listed.', error);
    }
    this.updateStatus();
  }
}

/** A model larger than the free memory may slow the whole machine down: that is for the user to decide. */
async function confirmLarge(notice: string): Promise<boolean> {
  const load = 'Load It All the Same';
  return (await vscode.window.showWarningMessage(notice, { modal: true }, load)) === load;
}

/** What the model is asked to do. */
function taskOf(running: Running | undefined): Task | undefined {
  if (running === undefined) return undefined;
  return running === 'image' ? 'image-classification' : wordings[running].task;
}

function doingOf(running: Running | undefined): string | undefined {
  switch (running) {
    case undefined: return undefined;
    case 'image': return 'classifying';
    default: return wordings[running].doing.toLowerCase();
  }
}

const panelCommands = {
  copy: 'attentionScope.copyShown',
  replace: 'attentionScope.replaceShown',
  insert: 'attentionScope.insertShown',
  again: 'attentionScope.askAgain',
  cancel: 'attentionScope.cancel',
  translate: 'attentionScope.translateSelection',
  'select-model': 'attentionScope.selectModel',
  'clear-highlight': 'attentionScope.clearHighlight',
} as const;

const imageCommands = {
  copy: 'attentionScope.copyImageLabels',
  cancel: 'attentionScope.cancel',
  again: 'attentionScope.classifyImageAgain',
  'select-model': 'attentionScope.selectModel',
} as const;
