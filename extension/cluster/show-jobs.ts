import * as vscode from 'vscode';
import type { ClusterJob } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';
import type { App } from '../app.ts';
import type { Command } from '../commands/command.ts';
import { readTargets } from '../runs/settings.ts';
import { chooseTarget } from './choose-target.ts';
import { isPending, jobIcons, jobText } from './job-text.ts';

/** Lists what was submitted to a cluster: any of it can be shown, and ended. Parameter: the target's name, else the user chooses. */
export const showJobs: Command = {
  id: 'attentionScope.showJobs',
  async run(app, given) {
    const targets = readTargets();
    const [only, ...others] = Object.keys(targets);
    const target = typeof given === 'string' ? given : only !== undefined && others.length === 0 ? only : await chooseTarget(targets, 'Jobs of a Cluster');
    if (target !== undefined) new JobList(app, target).show();
  },
};

type JobItem = vscode.QuickPickItem & { readonly job?: ClusterJob };

const refresh: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('refresh'), tooltip: 'Refresh' };
const cancel: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('debug-stop'), tooltip: 'Stop and Cancel Its Job' };

/** The list while it is shown: it is there at once, busy until the cluster has answered; whoever leaves it waits for nothing more. */
class JobList {
  readonly #app: App;
  readonly #target: string;
  readonly #pick = vscode.window.createQuickPick<JobItem>();
  readonly #left = new AbortController();

  constructor(app: App, target: string) {
    this.#app = app;
    this.#target = target;
  }

  show(): void {
    const pick = this.#pick;
    Object.assign(pick, { title: `Jobs of ${this.#target}`, placeholder: 'Jobs, the newest first: choose one to show its run', matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true, buttons: [refresh] });
    pick.onDidTriggerButton(() => void this.#list());
    pick.onDidTriggerItemButton(({ item }) => void this.#cancel(item.job));
    pick.onDidAccept(() => void this.#open(pick.selectedItems[0]?.job));
    pick.onDidHide(() => {
      this.#left.abort(new Failure('cancelled', 'The list of jobs was left.', 'Ask again when you want it.'));
      pick.dispose();
    });
    pick.show();
    void this.#list();
  }

  #list(): Promise<void> {
    return this.#telling(async () => {
      const jobs = await this.#app.jobs.list(this.#target, this.#left.signal);
      this.#pick.items = jobs.length > 0 ? jobs.map(itemOf) : [{ label: `Nothing was submitted to ${this.#target} yet`, alwaysShow: true }];
    });
  }

  #cancel(job: ClusterJob | undefined): Promise<void> {
    return this.#telling(async () => {
      if (job !== undefined && (await this.#app.jobs.cancel(job, this.#target))) await this.#list();
    });
  }

  #open(job: ClusterJob | undefined): Promise<void> {
    return this.#telling(async () => {
      if (job === undefined) return;
      await assertCanBeShown(job);
      this.#pick.hide();
      this.#app.runViews.open(job.folder);
    });
  }

  /** Busy meanwhile; a failure ends the list. */
  async #telling(work: () => Promise<void>): Promise<void> {
    this.#pick.busy = true;
    try {
      await work();
    } catch (error) {
      this.#app.notifier.failure(Failure.from(error));
      this.#pick.hide();
    }
    this.#pick.busy = false;
  }
}

function itemOf(job: ClusterJob): JobItem {
  return { job, label: `$(${jobIcons[job.state]}) ${job.name}`, description: jobText(job), detail: `Job ${job.job} · ${job.folder}`, ...(isPending(job) && { buttons: [cancel] }) };
}

/** @throws Failure `bad-argument`, `no-such-file` where there is nothing of it here to look at */
async function assertCanBeShown({ name, folder, state, tasks }: ClusterJob): Promise<void> {
  if (tasks !== null) throw new Failure('bad-argument', `${name} is a sweep of ${tasks.of} runs.`, `They are in ${folder}.`);
  const has = (file: string): Thenable<boolean> => vscode.workspace.fs.stat(vscode.Uri.joinPath(vscode.Uri.file(folder), file)).then(() => true, () => false);
  if ((await has('run.json')) || (await has('events.jsonl'))) return;
  if (state === 'waiting') throw new Failure('bad-argument', `${name} waits for its turn.`, 'It can be shown once it has begun.');
  throw new Failure('no-such-file', `${folder} holds no run on this machine.`, 'Mount the file system of the cluster at the same place, or open the folder through an editor there.');
}
