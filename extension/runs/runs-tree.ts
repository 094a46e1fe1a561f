import * as vscode from 'vscode';
import type { ClusterJob } from '../../protocol/cluster.ts';
import type { RunCheckpoint, RunJob, RunSummary } from '../../protocol/runs.ts';
import { arrange, type Experiment } from './arrange.ts';
import { bestCheckpoint, checkpointDescription, experimentDescription, isLive, runDescription, stateLooks } from './describe.ts';
import type { RunTreeNode } from './nodes.ts';
import { RowPace } from './row-pace.ts';
import type { RunsShown } from './shown.ts';
import type { RunStore } from './store.ts';
import { Throttled } from './throttled.ts';
import { runTooltip } from './tooltip.ts';

/** Milliseconds between two drawings. */
const rest = 250;
/** An experiment of more runs is folded at first. */
const mostUnfolded = 100;

/**
 * Experiments, their runs, and the runs' checkpoints. A run that is alone in its experiment stands for itself. Only what changed is
 * drawn anew: the number of runs makes no difference to a live one.
 */
export class RunsTree implements vscode.TreeDataProvider<RunTreeNode>, vscode.Disposable {
  readonly #emitter = new vscode.EventEmitter<RunTreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#emitter.event;
  readonly #store: RunStore;
  readonly #shown: RunsShown;
  readonly #begin: () => Promise<void>;
  readonly #jobOf: (job: RunJob) => Promise<ClusterJob | undefined>;
  /** VS Code knows a node by its identity. */
  readonly #nodes = new Map<string, RunTreeNode>();
  readonly #changed = new Set<string>();
  readonly #drawing = new Throttled(rest, () => this.#draw());
  readonly #pace = new RowPace(() => this.#drawing.ask());
  readonly #listening: readonly { dispose(): void }[];
  #experiments: readonly Experiment[] = [];

  /**
   * @param begin makes sure that the runs are known
   * @param jobOf how a cluster's job is doing, as far as that is told soon
   */
  constructor(store: RunStore, shown: RunsShown, begin: () => Promise<void>, jobOf: (job: RunJob) => Promise<ClusterJob | undefined>) {
    this.#store = store;
    this.#shown = shown;
    this.#begin = begin;
    this.#jobOf = jobOf;
    this.#listening = [
      store.onDidChange(({ changed, removed }) => {
        for (const { folder } of changed) this.#changed.add(folder);
        for (const folder of removed) {
          this.#changed.delete(folder);
          this.#nodes.delete(`run:${folder}`);
        }
        this.#drawing.ask();
      }),
      shown.onDidChange(() => this.#drawing.ask()),
    ];
  }

  /** The runs that are shown, in their order. */
  get experiments(): readonly Experiment[] {
    return this.#experiments;
  }

  async getChildren(node?: RunTreeNode): Promise<RunTreeNode[]> {
    switch (node?.kind) {
      case undefined: {
        await this.#begin();
        this.#experiments = this.#arranged();
        return this.#experiments.map(experiment => this.#nodeOf(experiment));
      }
      case 'experiment': return (this.#experiments.find(({ name }) => name === node.name)?.runs ?? []).map(run => this.runNode(run.folder));
      case 'run': return checkpointsOf(this.#store.get(node.folder)).map(({ folder }) => ({ kind: 'checkpoint', run: node.folder, folder }));
      case 'checkpoint': return [];
    }
  }

  getParent(node: RunTreeNode): RunTreeNode | undefined {
    if (node.kind === 'checkpoint') return this.runNode(node.run);
    if (node.kind === 'experiment') return undefined;
    const experiment = this.#experiments.find(({ runs }) => runs.some(({ folder }) => folder === node.folder));
    return experiment === undefined || experiment.runs.length === 1 ? undefined : this.#nodeOf(experiment);
  }

  getTreeItem(node: RunTreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'experiment': return experimentItem(this.#experiments.find(({ name }) => name === node.name) ?? { name: node.name, runs: [] });
      case 'run': return runItem(node, this.#store.get(node.folder));
      case 'checkpoint': {
        const run = this.#store.get(node.run);
        return checkpointItem(node, run, run?.checkpoints.find(({ folder }) => folder === node.folder));
      }
    }
  }

  async resolveTreeItem(item: vscode.TreeItem, node: RunTreeNode): Promise<vscode.TreeItem> {
    const run = node.kind === 'run' ? this.#store.get(node.folder) : undefined;
    if (run === undefined) return item;
    this.#pace.read(run.folder, run.state);
    // Of what is over the run itself tells all; an interrupted one may be queued again.
    const job = run.job !== null && (isLive(run) || run.state === 'interrupted') ? await this.#jobOf(run.job) : undefined;
    item.tooltip = runTooltip(run, job);
    return item;
  }

  /** The node of a run, always the same one. */
  runNode(folder: string): RunTreeNode {
    return this.#node(`run:${folder}`, { kind: 'run', folder });
  }

  dispose(): void {
    this.#drawing.dispose();
    this.#pace.dispose();
    this.#emitter.dispose();
    for (const one of this.#listening) one.dispose();
  }

  #arranged(): readonly Experiment[] {
    return arrange(this.#store.all, this.#shown.query, this.#shown.order);
  }

  #nodeOf({ name, runs }: Experiment): RunTreeNode {
    const [only] = runs;
    return only !== undefined && runs.length === 1 ? this.runNode(only.folder) : this.#node(`experiment:${name}`, { kind: 'experiment', name });
  }

  #node(key: string, made: RunTreeNode): RunTreeNode {
    const node = this.#nodes.get(key) ?? made;
    this.#nodes.set(key, node);
    return node;
  }

  #draw(): void {
    const before = this.#experiments;
    const now = this.#arranged();
    this.#experiments = now;
    const changed = this.#takeChanged();
    const places = (experiments: readonly Experiment[]): string => experiments.map(({ name, runs }) => (runs.length === 1 ? (runs[0]?.folder ?? '') : `\0${name}`)).join('\n');
    if (places(before) !== places(now)) {
      this.#emitter.fire(undefined);
      return;
    }
    const drawn = now.flatMap((experiment, index): RunTreeNode[] => {
      const { runs } = experiment;
      const was = before[index]?.runs ?? [];
      const isSameList = was.length === runs.length && runs.every(({ folder }, place) => folder === was[place]?.folder);
      const isSameText = runs.length === 1 || experimentDescription(was) === experimentDescription(runs);
      if (!isSameList || !isSameText) return [this.#nodeOf(experiment)];
      return runs.filter(({ folder }) => changed.has(folder)).map(({ folder }) => this.runNode(folder));
    });
    if (drawn.length > 0) this.#emitter.fire(drawn);
  }

  /** The changed runs whose rows need not wait. */
  #takeChanged(): ReadonlySet<string> {
    const taken = new Set<string>();
    for (const folder of this.#changed) {
      const run = this.#store.get(folder);
      if (run !== undefined && this.#pace.waits(folder, run.state)) continue;
      this.#changed.delete(folder);
      taken.add(folder);
      if (run !== undefined && isLive(run)) this.#pace.drawn(folder, run.state);
    }
    return taken;
  }
}

function experimentItem({ name, runs }: Experiment): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(name, runs.length > mostUnfolded ? Collapsed : Expanded);
  item.id = `experiment:${name}`;
  item.description = experimentDescription(runs);
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.contextValue = 'experiment';
  return item;
}

function runItem(node: RunTreeNode & { readonly kind: 'run' }, run: RunSummary | undefined): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(run?.name ?? '', (run?.checkpoints.length ?? 0) > 0 ? Collapsed : None);
  item.id = `run:${node.folder}`;
  if (run === undefined) return item; // it has just gone
  const { icon, colour } = stateLooks[run.state];
  item.description = runDescription(run);
  item.iconPath = new vscode.ThemeIcon(icon, colour === undefined ? undefined : new vscode.ThemeColor(colour));
  // The worker steers what it trains itself; of others it only reads.
  item.contextValue = `run:${run.state}:${run.format === 'attention-scope' ? 'ours' : 'log'}`;
  item.accessibilityInformation = { label: `${run.name}, ${run.state}, ${item.description}`, role: 'treeitem' };
  item.command = { command: 'attentionScope.openRun', title: 'Show Run', arguments: [node] };
  return item;
}

function checkpointItem(node: RunTreeNode & { readonly kind: 'checkpoint' }, run: RunSummary | undefined, checkpoint: RunCheckpoint | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(checkpoint === undefined ? '' : `Step ${checkpoint.step.toLocaleString('en')}`);
  item.id = `checkpoint:${node.folder}`;
  if (run === undefined || checkpoint === undefined) return item;
  const uri = vscode.Uri.file(checkpoint.folder);
  item.description = checkpointDescription(checkpoint, run);
  item.tooltip = `${checkpoint.best ? 'The best checkpoint' : 'A checkpoint'} of ${run.name}\n${checkpoint.folder}`;
  item.iconPath = checkpoint.best ? new vscode.ThemeIcon('star-full', new vscode.ThemeColor('charts.yellow')) : new vscode.ThemeIcon('circle-outline');
  item.accessibilityInformation = { label: `${checkpoint.best ? 'Best checkpoint' : 'Checkpoint'}, step ${checkpoint.step}, ${item.description}`, role: 'treeitem' };
  item.contextValue = 'checkpoint';
  item.command = { command: 'attentionScope.openAsCheckpoint', title: 'Open Checkpoint', arguments: [uri] };
  return item;
}

/** The newest first, the best on top. */
function checkpointsOf(run: RunSummary | undefined): readonly RunCheckpoint[] {
  const best = run === undefined ? undefined : bestCheckpoint(run);
  return (run?.checkpoints ?? []).toSorted((one, other) => Number(other === best) - Number(one === best) || other.step - one.step);
}
