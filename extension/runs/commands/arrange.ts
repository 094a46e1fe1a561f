import * as vscode from 'vscode';
import type { Command } from '../../commands/command.ts';
import { runOrders, type RunOrder } from '../arrange.ts';
import { askForFilter } from '../ask-for-filter.ts';
import { rememberRunsFolder } from '../settings.ts';

/** Shows those runs alone that have some words, states and tags. */
export const filterRuns: Command = {
  id: 'attentionScope.filterRuns',
  async run(app) {
    await app.runs.watch.begin();
    const filter = await askForFilter(app.runs.store.all, app.runs.shown.filter);
    if (filter !== undefined) app.runs.shown.setFilter(filter);
  },
};

export const clearRunsFilter: Command = {
  id: 'attentionScope.clearRunsFilter',
  run: app => app.runs.shown.setFilter(''),
};

const orderNames: Readonly<Record<RunOrder, string>> = {
  started: 'When they were started, the newest first',
  name: 'Name',
  metric: 'Metric, the best first',
  loss: 'Loss, the lowest first',
};

export const sortRuns: Command = {
  id: 'attentionScope.sortRuns',
  async run(app) {
    const items = runOrders.map(order => ({ order, label: orderNames[order], description: order === app.runs.shown.order ? 'current' : '' }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'Sort Runs', placeHolder: 'By what' });
    if (chosen !== undefined) app.runs.shown.setOrder(chosen.order);
  },
};

/** Looks for runs anew, and for models. */
export const refreshRuns: Command = {
  id: 'attentionScope.refreshRuns',
  async run(app) {
    await app.runs.refresh();
  },
};

/** Lets the user say where runs are. Parameter, for tests: the folder. */
export const openRunsFolder: Command = {
  id: 'attentionScope.openRunsFolder',
  async run(app, given) {
    const uri = given instanceof vscode.Uri ? given : await chooseFolder();
    if (uri === undefined) return;
    await rememberRunsFolder(uri.fsPath);
    await app.runs.watch.begin();
    await vscode.commands.executeCommand('attentionScope.runs.focus');
  },
};

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ title: 'Open Runs Folder', openLabel: 'Open', canSelectFiles: false, canSelectFolders: true })) ?? [];
  return uri;
}
