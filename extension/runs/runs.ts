import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { counted } from '../../protocol/quantities.ts';
import { controlRunMethod, startRunMethod, type RunsChanged, type RunWish, type StartRunResult } from '../../protocol/runs.ts';
import type { ModelInfo, Task } from '../../protocol/server.ts';
import { placeOf } from '../checkpoint/place.ts';
import type { ClusterJobs } from '../cluster/cluster-jobs.ts';
import type { Notifier } from '../notify.ts';
import type { Ask } from '../worker/methods.ts';
import type { Worker } from '../worker/worker.ts';
import { isLive } from './describe.ts';
import { Endings } from './endings.ts';
import { FurtherFolders } from './further-folders.ts';
import { ModelsTree } from './models-tree.ts';
import type { ModelTreeNode, RunTreeNode } from './nodes.ts';
import { matches } from './query.ts';
import { RunsTree } from './runs-tree.ts';
import { assertMayTrain, readRunsAtOnce, readRunsFolders, runsFolderOf } from './settings.ts';
import { RunsShown } from './shown.ts';
import { RunsStatusItem } from './status-item.ts';
import { RunStore } from './store.ts';
import { tellEnded } from './tell-ended.ts';
import { RunsWatch } from './watch.ts';

const runsViewId = 'attentionScope.runs';
const modelsViewId = 'attentionScope.models';

/** A file that is there while a run is written, in a folder of runs and in an experiment's folder below. */
const writers = '{*,*/*}/writer.json';

export interface RunsHost {
  readonly context: vscode.ExtensionContext;
  readonly notifier: Notifier;
  readonly worker: Pick<Worker, 'ask'>;
  readonly jobs: Pick<ClusterJobs, 'stop' | 'resume' | 'told'>;
  listModels(): Promise<readonly ModelInfo[]>;
  /** The id of the model that does a task now. */
  currentModel(task: Task): string | undefined;
}

/** The side panel: runs and models, what is remembered of how they are shown, and what is told of them elsewhere. */
export class Runs implements vscode.Disposable {
  readonly store = new RunStore();
  readonly shown: RunsShown;
  readonly watch: RunsWatch;
  readonly tree: RunsTree;
  readonly models: ModelsTree;
  readonly status = new RunsStatusItem(this.store);
  readonly view: vscode.TreeView<RunTreeNode>;
  readonly #host: RunsHost;
  readonly #modelsView: vscode.TreeView<ModelTreeNode>;
  readonly #further: FurtherFolders;
  readonly #endings: Endings;
  #problems: readonly string[] = [];
  /** Folders of runs whose queue this window has started. */
  readonly #queuesKept = new Set<string>();

  constructor(host: RunsHost) {
    this.#host = host;
    const { workspaceState, globalState } = host.context;
    this.shown = new RunsShown(workspaceState);
    this.#further = new FurtherFolders(workspaceState);
    this.watch = new RunsWatch({
      ask: (method, params, signal) => host.worker.ask(method, params, signal),
      folders: () => this.#folders(),
      failed: failure => host.notifier.failure(failure),
      problems: problems => {
        this.#problems = problems;
        this.#say();
      },
    }, this.store);
    const begin = (): Promise<void> => this.watch.begin();
    this.tree = new RunsTree(this.store, this.shown, begin, job => host.jobs.told(job));
    this.models = new ModelsTree({
      list: () => host.listModels().catch((error: Failure) => {
        host.notifier.failure(error);
        return [];
      }),
      currentOf: task => host.currentModel(task),
      beginRuns: begin,
    }, this.store);
    this.view = vscode.window.createTreeView(runsViewId, { treeDataProvider: this.tree, canSelectMany: true, showCollapseAll: true });
    this.#modelsView = vscode.window.createTreeView(modelsViewId, { treeDataProvider: this.models, canSelectMany: true });
    this.#endings = new Endings({
      workspace: workspaceState,
      everywhere: globalState,
      hasFocus: () => vscode.window.state.focused,
      tell: run => tellEnded(run, host.notifier),
    });
    this.store.onDidChange(change => {
      void this.#endings.changed(change);
      this.#say();
      void this.#keepQueue();
    });
    this.shown.onDidChange(() => {
      this.#say();
      this.#tellFiltered();
    });
    this.#tellFiltered();
    void this.#beginIfLive();
  }

  /** Asks the worker, but for what would train in a workspace that is not trusted. @throws Failure `untrusted-workspace` */
  readonly ask: Ask = async (method, params, signal, onProgress) => {
    if (method === startRunMethod || ('wish' in params && params.wish === 'resume')) assertMayTrain();
    return this.#host.worker.ask(method, params, signal, onProgress);
  };

  /** The worker tells of changes. */
  changed(change: RunsChanged): void {
    this.store.apply(change);
  }

  /** Another worker is there: it watches nothing yet. */
  workerStarted(): void {
    void this.watch.workerStarted();
  }

  /** The worker was ended for the sake of its settings: watching needs another. */
  async workerStopped(): Promise<void> {
    await this.watch.again();
  }

  /** Looks for runs and models anew. */
  async refresh(): Promise<void> {
    this.models.refresh();
    await this.#further.forgetGone();
    await this.watch.begin();
    await this.watch.again();
  }

  /** The settings, the folders of the workspace or the user's trust are others, perhaps. */
  async settingsChanged(): Promise<void> {
    this.models.refresh();
    await this.watch.foldersMayDiffer();
  }

  /**
   * Trains what a config says, at once or when its turn comes, and shows the run among the others.
   * @throws Failure `untrusted-workspace`, `no-such-file` for a config that lies on no disk, and those of the worker
   */
  async start(config: vscode.Uri): Promise<StartRunResult> {
    const { path } = placeOf(config);
    const params = { config: path, runs: runsFolderOf(path), atOnce: readRunsAtOnce() };
    const started = await this.ask(startRunMethod, params, new AbortController().signal);
    if (!this.#folders().includes(params.runs)) await this.#further.remember(params.runs);
    await this.watch.begin();
    await this.watch.foldersMayDiffer();
    return started;
  }

  /**
   * Tells a run what is wished of it. One that a cluster's job trains has its job cancelled to stop, and is submitted again to resume.
   * @throws Failure `untrusted-workspace` where it would be trained in one, and those of the worker
   */
  async control(folder: string, wish: RunWish): Promise<void> {
    const run = this.store.get(folder);
    if (wish === 'resume') assertMayTrain();
    if (run !== undefined && ((wish === 'stop' && (await this.#host.jobs.stop(run))) || (wish === 'resume' && (await this.#host.jobs.resume(run))))) return;
    await this.ask(controlRunMethod, { folder, wish, atOnce: readRunsAtOnce() }, new AbortController().signal);
    await this.watch.begin();
  }

  dispose(): void {
    for (const part of [this.view, this.#modelsView, this.tree, this.models, this.status]) part.dispose();
  }

  #folders(): readonly string[] {
    return [...new Set([...readRunsFolders(), ...this.#further.all])];
  }

  /** A run that was started here earlier, or on the command line, is shown without the panel being opened; so is one that has ended since. */
  async #beginIfLive(): Promise<void> {
    await this.#further.forgetGone();
    const folders = this.#folders();
    if (await this.#endings.expectSome(folders)) return this.watch.begin();
    const found = await Promise.all(folders.map(folder => vscode.workspace.findFiles(new vscode.RelativePattern(vscode.Uri.file(folder), writers), null, 1)));
    if (found.flat().length > 0) await this.watch.begin();
  }

  /** A run may wait since before this window was opened, and its queue may have been killed meanwhile: to resume it starts one. */
  async #keepQueue(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    for (const { folder } of this.store.all.filter(({ state }) => state === 'queued')) {
      const runs = dirname(folder);
      if (this.#queuesKept.has(runs)) continue;
      this.#queuesKept.add(runs);
      try {
        await this.control(folder, 'resume');
      } catch (error) {
        const failure = Failure.from(error);
        // A run of a sweep waits for that, and has no queue.
        if (failure.code !== 'bad-argument') this.#host.notifier.failure(failure);
      }
    }
  }

  /** What stands above the runs, and beside the panel's icon. */
  #say(): void {
    const all = this.store.all;
    const { filter, query } = this.shown;
    const filtered = filter === '' ? [] : [`${all.filter(run => matches(run, query)).length.toLocaleString('en')} of ${counted(all.length, 'run')}: ${filter}`];
    this.view.message = [...filtered, ...this.#problems].join('\n');
    const live = all.filter(isLive).length;
    this.view.badge = live === 0 ? undefined : { value: live, tooltip: live === 1 ? '1 run is trained' : `${live} runs are trained` };
  }

  /** Which of the view's buttons and welcomes are shown. */
  #tellFiltered(): void {
    void vscode.commands.executeCommand('setContext', 'attentionScope.runsFiltered', this.shown.filter !== '');
  }
}
