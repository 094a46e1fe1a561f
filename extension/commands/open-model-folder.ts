import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { Task } from '../../protocol/server.ts';
import { purposes, tasks } from '../session/models.ts';
import { addModelFolder, rememberModel } from '../settings.ts';
import { chooseModel } from './select-model.ts';
import type { Command } from './command.ts';

/**
 * A message's button: adds a folder to those that models are looked for in, and takes the model of the task that it
 * holds. Parameters: the task, and for tests the folder.
 */
export const openModelFolder: Command = {
  id: 'attentionScope.openModelFolder',
  async run(app, given, folder) {
    const task: Task = tasks.find(one => one === given) ?? 'translation';
    const uri = folder instanceof vscode.Uri ? folder : await chooseFolder(task);
    if (uri === undefined) return;
    await addModelFolder(uri.fsPath);
    const models = (await app.freshModels()).filter(model => model.task === task && isIn(model.folder, uri.fsPath));
    const [only, ...others] = models;
    if (only === undefined) {
      throw new Failure(
        'unknown-model',
        `${uri.fsPath} holds no model ${purposes[task]}, neither itself nor in the folders in it.`,
        'Choose the folder that the export of a training wrote.',
      );
    }
    const chosen = others.length === 0 ? only.id : await chooseModel(app, task, Promise.resolve(models));
    if (chosen === undefined) return;
    await rememberModel(task, chosen);
    app.updateStatus();
    app.notifier.say('information', `${models.find(({ id }) => id === chosen)?.name ?? chosen} is now the model ${purposes[task]}.`);
  },
};

async function chooseFolder(task: Task): Promise<vscode.Uri | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({
    canSelectFiles: false, canSelectFolders: true, title: `A folder with a model ${purposes[task]}`, openLabel: 'Open Model Folder',
  })) ?? [];
  return uri;
}

function isIn(folder: string, parent: string): boolean {
  return folder === parent || folder.startsWith(parent.endsWith('/') || parent.endsWith('\\') ? parent : `${parent}/`) || folder.startsWith(`${parent}\\`);
}
