import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/runs.ts';
import type { ModelInfo, Task } from '../../protocol/server.ts';
import { taskNames } from '../session/models.ts';
import { bestCheckpoint, metricText } from './describe.ts';
import type { ModelGroupNode, ModelNode, ModelTreeNode } from './nodes.ts';
import type { RunStore } from './store.ts';
import { Throttled } from './throttled.ts';

/** Milliseconds between two looks for models among the runs. */
const rest = 1_000;

export interface ModelsTreeHost {
  /** The models there are, but for those of runs; none where they cannot be listed. */
  list(): Promise<readonly ModelInfo[]>;
  /** The id of the model that does a task now. */
  currentOf(task: Task): string | undefined;
  /** Makes sure that the runs are known. */
  beginRuns(): Promise<void>;
}

/** The models there are: bundled ones, those that settings name, and the best checkpoint of each run. */
export class ModelsTree implements vscode.TreeDataProvider<ModelTreeNode>, vscode.Disposable {
  readonly #emitter = new vscode.EventEmitter<ModelTreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#emitter.event;
  readonly #host: ModelsTreeHost;
  readonly #store: RunStore;
  readonly #looking = new Throttled(rest, () => this.#lookAtRuns());
  readonly #listening: { dispose(): void };
  #listed: readonly ModelInfo[] = [];
  #ofRuns = '';

  constructor(host: ModelsTreeHost, store: RunStore) {
    this.#host = host;
    this.#store = store;
    this.#listening = store.onDidChange(() => this.#looking.ask());
  }

  /** Other models may be there, or be in use. */
  refresh(): void {
    this.#emitter.fire(undefined);
  }

  async getChildren(node?: ModelTreeNode): Promise<ModelTreeNode[]> {
    switch (node?.kind) {
      case undefined: {
        const [listed] = await Promise.all([this.#host.list(), this.#host.beginRuns()]);
        this.#listed = listed;
        this.#ofRuns = textOf(this.#runsWithModel());
        return groups.filter(group => this.#modelsOf(group).length > 0);
      }
      case 'models': return this.#modelsOf(node);
      case 'model': return [];
    }
  }

  getTreeItem(node: ModelTreeNode): vscode.TreeItem {
    if (node.kind === 'model') return this.#modelItem(node);
    const item = new vscode.TreeItem(groupNames[node.of], vscode.TreeItemCollapsibleState.Expanded);
    item.id = `models:${node.of}`;
    item.contextValue = 'models';
    return item;
  }

  dispose(): void {
    this.#looking.dispose();
    this.#listening.dispose();
    this.#emitter.dispose();
  }

  #modelsOf({ of }: ModelGroupNode): ModelNode[] {
    if (of === 'runs') return this.#runsWithModel().map(({ run, folder }) => ({ kind: 'model', folder, model: undefined, run: run.folder }));
    return this.#listed.filter(({ origin }) => (origin === 'bundled') === (of === 'bundled')).map(model => ({ kind: 'model', folder: model.folder, model, run: undefined }));
  }

  #runsWithModel(): { readonly run: RunSummary; readonly folder: string }[] {
    return this.#store.all.flatMap(run => {
      const folder = bestCheckpoint(run)?.folder;
      return folder === undefined ? [] : [{ run, folder }];
    }).sort((one, other) => (other.run.started ?? '').localeCompare(one.run.started ?? ''));
  }

  #lookAtRuns(): void {
    const now = textOf(this.#runsWithModel());
    if (now === this.#ofRuns) return;
    this.#ofRuns = now;
    this.#emitter.fire(undefined);
  }

  #modelItem({ folder, model, run: runFolder }: ModelNode): vscode.TreeItem {
    const run = runFolder === undefined ? undefined : this.#store.get(runFolder);
    const item = new vscode.TreeItem(model?.name ?? run?.name ?? folder);
    item.id = `model:${runFolder ?? ''}:${model?.task ?? ''}:${folder}`;
    item.description = model === undefined ? descriptionOf(run) : [taskNames[model.task], ...(this.#isCurrent(model) ? ['in use'] : [])].join(' · ');
    item.tooltip = [model?.summary ?? '', folder].filter(line => line !== '').join('\n');
    item.iconPath = new vscode.ThemeIcon('package');
    item.contextValue = 'model';
    item.command = { command: 'attentionScope.openAsCheckpoint', title: 'Open Checkpoint', arguments: [vscode.Uri.file(folder)] };
    return item;
  }

  #isCurrent({ id, task }: ModelInfo): boolean {
    return this.#host.currentOf(task) === id;
  }
}

const groups: readonly ModelGroupNode[] = [{ kind: 'models', of: 'bundled' }, { kind: 'models', of: 'opened' }, { kind: 'models', of: 'runs' }];
const groupNames: Readonly<Record<ModelGroupNode['of'], string>> = { bundled: 'Bundled', opened: 'Opened', runs: 'Best of Each Run' };

function descriptionOf(run: RunSummary | undefined): string {
  if (run === undefined) return '';
  const { task, metric } = run;
  return [...(task === null ? [] : [taskNames[task]]), ...(metric === null ? [] : [metricText(metric.name, metric.best)])].join(' · ');
}

/** All that is told of the runs' models. */
function textOf(models: readonly { readonly run: RunSummary; readonly folder: string }[]): string {
  return models.map(({ run, folder }) => [folder, run.name, descriptionOf(run)].join('\t')).join('\n');
}
