import * as vscode from 'vscode';
import { Failure } from '../../../protocol/failure.ts';
import { restoreRunMethod, type RunSummary, trashRunMethod } from '../../../protocol/runs.ts';
import type { App } from '../../app.ts';
import type { Command } from '../../commands/command.ts';
import { nameOfRun, runsFor } from '../choose-run.ts';
import { isLive } from '../describe.ts';

/**
 * Deletes runs: into the system's trash where there is one; else, once that is confirmed, into `.trash` beside them, from where the
 * message's button takes them back.
 */
export const deleteRun: Command = {
  id: 'attentionScope.deleteRun',
  async run(app, clicked, selected) {
    const folders = await runsFor(app, clicked, selected, { verb: 'delete', fits: run => !isBusy(run) });
    for (const folder of folders) assertAtRest(app, folder);
    const left: string[] = [];
    for (const folder of folders) if (!(await toSystemTrash(folder))) left.push(folder);
    if (left.length === 0 || !(await confirm(app, left))) return;
    const trashed: string[] = [];
    try {
      for (const folder of left) {
        trashed.push((await app.worker.ask(trashRunMethod, { folder }, new AbortController().signal)).folder);
      }
    } finally {
      // What was moved before another one failed can be taken back all the same.
      if (trashed.length > 0) {
        const names = trashed.length === 1 && left[0] !== undefined ? nameOfRun(app, left[0]) : `${trashed.length} runs`;
        app.notifier.say('information', `${names} ${trashed.length === 1 ? 'was' : 'were'} moved into .trash beside the runs.`, { title: 'Undo', command: restoreRuns.id, parameters: [trashed] });
      }
    }
  },
};

/** A message's button: puts runs back that were moved into `.trash`. Parameter: where they are. */
export const restoreRuns: Command = {
  id: 'attentionScope.restoreRuns',
  async run(app, given) {
    const folders = Array.isArray(given) ? given.filter(folder => typeof folder === 'string') : [];
    for (const folder of folders) await app.worker.ask(restoreRunMethod, { folder }, new AbortController().signal);
  },
};

/** A run that waits may be started at any moment. */
const isBusy = (run: RunSummary): boolean => isLive(run) || run.state === 'queued';

function assertAtRest(app: App, folder: string): void {
  const run = app.runs.store.get(folder);
  if (run !== undefined && isBusy(run)) throw new Failure('bad-argument', `${run.name} is ${run.state}.`, 'Stop it first.');
}

/** @returns whether there is a trash that took it */
async function toSystemTrash(folder: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash: true });
    return true;
  } catch {
    // VS Code does not tell what it lacks: there is none on remote machines, nor on some desktops.
    return false;
  }
}

async function confirm(app: App, folders: readonly string[]): Promise<boolean> {
  const [first = ''] = folders;
  const move = 'Move to .trash';
  const what = folders.length === 1 ? `the run ${nameOfRun(app, first)}` : `${folders.length} runs`;
  const detail = 'There is no system trash here. A folder .trash beside the runs keeps what is deleted until you empty it.';
  return (await vscode.window.showWarningMessage(`Delete ${what}?`, { modal: true, detail }, move)) === move;
}
