import * as vscode from 'vscode';
import { type ModelInfo, type Task, tasks } from '../../protocol/server.ts';
import type { App } from '../app.ts';
import { NoModel, purposes, taskNames } from '../session/models.ts';
import { rememberModel } from '../settings.ts';
import type { Command } from './command.ts';
import { modelItem, type ModelItem } from './model-items.ts';
import { takeModel } from './open-model.ts';

/**
 * Lets the user choose a model, and remembers the choice: among those of a task, or all, each under its task. The list is there
 * at once, busy until the worker has told what there is.
 */
export const selectModel: Command = {
  id: 'attentionScope.selectModel',
  async run(app, given) {
    const task = tasks.find(one => one === given);
    if (task !== undefined) await chooseModel(app, task);
    else await choose(app, undefined, app.listModels().then(models => tasks.flatMap(one => {
      const items = itemsOf(app, models, one);
      return items.length === 0 ? [] : [separator(taskNames[one]), ...items];
    })));
  },
};

/** Lets the user choose among the models of a task, and remembers the choice. @throws NoModel */
export function chooseModel(app: App, task: Task): Promise<string | undefined> {
  return choose(app, task, app.listModels().then(models => {
    const items = itemsOf(app, models, task);
    if (items.length === 0) throw new NoModel(task);
    return items;
  }));
}

type Item = ModelItem | (vscode.QuickPickItem & { readonly model?: undefined });

const open: Item = { label: '$(folder-opened) Open a Model File or Folder…', alwaysShow: true };

async function choose(app: App, task: Task | undefined, items: Promise<readonly Item[]>): Promise<string | undefined> {
  const chosen = await vscode.window.showQuickPick<Item>(items.then(all => [...all, separator(''), open]), {
    title: 'Select Model',
    placeHolder: task === undefined ? 'The model to work with' : `The model ${purposes[task]}`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return undefined;
  if (chosen.model === undefined) return takeModel(app, task);
  await rememberModel(chosen.model.task, chosen.model.id);
  app.updateStatus();
  return chosen.model.id;
}

function itemsOf(app: App, models: readonly ModelInfo[], task: Task): ModelItem[] {
  const current = app.models.idOf(task);
  return models.filter(model => model.task === task).map(model => modelItem(model, model.id === current));
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
