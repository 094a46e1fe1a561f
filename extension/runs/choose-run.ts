import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import type { App } from '../app.ts';
import { arrange } from './arrange.ts';
import { runDescription, stateLooks } from './describe.ts';
import { placesGiven } from './nodes.ts';
import { parseQuery } from './query.ts';

export interface RunChoice {
  /** What is to be done: "pause". */
  readonly verb: string;
  /** Which runs are offered; left out, all. */
  readonly fits?: (run: RunSummary) => boolean;
}

/**
 * The folders of the runs that a command is for: that which a link names, those of the tree's menu, else the one that the user
 * chooses; none where they would rather not.
 * @throws Failure `bad-argument` where there is none to choose from
 */
export async function runsFor(app: App, clicked: unknown, selected: unknown, choice: RunChoice): Promise<readonly string[]> {
  if (typeof clicked === 'string') return [clicked];
  const given = placesGiven(clicked, selected).filter(({ kind }) => kind === 'run').map(({ folder }) => folder);
  if (given.length > 0) return given;
  const chosen = await chooseRun(app, choice);
  return chosen === undefined ? [] : [chosen];
}

/** What messages call a run. */
export function nameOfRun(app: App, folder: string): string {
  return app.runs.store.get(folder)?.name ?? basename(folder);
}

async function chooseRun(app: App, { verb, fits = () => true }: RunChoice): Promise<string | undefined> {
  await app.runs.watch.begin();
  const runs = arrange(app.runs.store.all, parseQuery(''), 'started').flatMap(experiment => experiment.runs).filter(fits);
  if (runs.length === 0) throw new Failure('bad-argument', `There is no run to ${verb}.`, 'The view Runs of Attention Scope shows those there are.');
  const items = runs.map(run => ({
    folder: run.folder,
    label: `$(${stateLooks[run.state].icon}) ${run.name}`,
    description: runDescription(run),
    detail: run.folder,
  }));
  const title = `${verb.charAt(0).toUpperCase()}${verb.slice(1)} a Run`;
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'The run', matchOnDescription: true, matchOnDetail: true }))?.folder;
}
