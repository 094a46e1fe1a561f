import * as vscode from 'vscode';
import type { ModelInfo, Task } from '../../protocol/server.ts';
import type { App } from '../app.ts';
import { NoModel, purposes, taskNames, tasks } from '../session/models.ts';
import { rememberModel } from '../settings.ts';
import type { Command } from './command.ts';

/**
 * Lets the user choose among the models of a task, and remembers the choice. Without a task, and where there are models for
 * several, that is asked first.
 */
export const selectModel: Command = {
  id: 'attentionScope.selectModel',
  async run(app, given) {
    const models = app.listModels();
    const task = tasks.find(one => one === given) ?? (await chooseTask(app, models));
    if (task !== undefined) await chooseModel(app, task, models);
  },
};

/** Lets the user choose among the models of a task, and remembers the choice. @throws NoModel */
export async function chooseModel(
  app: App, task: Task, models: Promise<readonly ModelInfo[]> = app.listModels(),
): Promise<string | undefined> {
  const current = app.models.idOf(task);
  const items = models.then(all => {
    const ours = all.filter(model => model.task === task);
    if (ours.length === 0) throw new NoModel(task);
    return ours.map(model => itemOf(model, model.id === current));
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Select Model',
    placeHolder: `The model ${purposes[task]}`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return undefined;
  await rememberModel(task, chosen.model.id);
  app.updateStatus();
  return chosen.model.id;
}

async function chooseTask(app: App, models: Promise<readonly ModelInfo[]>): Promise<Task | undefined> {
  const known = models.then(all => tasks.filter(task => all.some(model => model.task === task)));
  const answered = await known;
  const [only, ...others] = answered;
  if (others.length === 0) return only ?? 'translation';
  const items = answered.map(task => ({ task, label: taskNames[task], description: app.models.nameOf(task) ?? app.models.idOf(task) ?? '' }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Select Model', placeHolder: 'What is the model for?' });
  return chosen?.task;
}

interface ModelItem extends vscode.QuickPickItem {
  readonly model: ModelInfo;
}

function itemOf(model: ModelInfo, current: boolean): ModelItem {
  return {
    model,
    label: model.name,
    description: current ? 'current' : '',
    detail: model.origin === 'bundled' ? model.summary : `${model.summary} · ${model.folder}`,
  };
}
