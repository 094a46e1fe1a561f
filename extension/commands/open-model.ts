import * as vscode from 'vscode';
import { inspectMethod, type CheckpointSummary } from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import { type ModelInfo, type Task, tasks } from '../../protocol/server.ts';
import type { App } from '../app.ts';
import { chooseCheckpoint } from '../checkpoint/choose.ts';
import { placeOf, type CheckpointPlace } from '../checkpoint/place.ts';
import { isIn } from '../is-in.ts';
import { waitingFor } from '../session/progress.ts';
import { purposes, taskNames } from '../session/models.ts';
import { addModelFolder, assertMayRun, rememberModel } from '../settings.ts';
import type { Command } from './command.ts';
import { modelItem } from './model-items.ts';

/**
 * A message's button: takes the model of a task from a file or folder of the user's. Parameters: the task, and for tests the
 * file or folder.
 */
export const openModel: Command = {
  id: 'attentionScope.openModel',
  async run(app, given, from) {
    await takeModel(app, tasks.find(one => one === given), from instanceof vscode.Uri ? from : undefined);
  },
};

/**
 * Takes a model from a file or folder, ours or another program's, and remembers it for its task. The settings name it from then
 * on, but not before it is known to be there.
 * @param task what it is wanted for; left out, what it can do, asked where that is several things
 * @returns its id; `undefined` where the user would rather not
 * @throws Failure `untrusted-workspace`; `unknown-model` where there is none for that; and those of the worker
 */
export async function takeModel(app: App, task?: Task, from?: vscode.Uri): Promise<string | undefined> {
  const uri = from ?? (await chooseCheckpoint(task === undefined ? 'A model' : `A model ${purposes[task]}`, 'Open Model'));
  if (uri === undefined) return undefined;
  const place = placeOf(uri);
  assertMayRun(place.path);
  const models = await modelsIn(app, place, task);
  const [only, ...others] = models;
  const chosen = only === undefined || others.length === 0 ? only : await ask(models, task);
  if (chosen === undefined) return undefined;
  await addModelFolder(place.path);
  await rememberModel(chosen.task, chosen.id);
  app.models.learn([chosen]);
  app.updateStatus();
  app.notifier.say('information', `${chosen.name} is now the model ${purposes[chosen.task]}.`);
  return chosen.id;
}

/** The models there are in a place, for a task or for any. @throws Failure `unknown-model` where there is none */
async function modelsIn(app: App, place: CheckpointPlace, task: Task | undefined): Promise<readonly ModelInfo[]> {
  const listed = (await app.listModels([place.path])).filter(model => model.origin !== 'bundled' && isIn(model.folder, place.path));
  const summary = listed.length > 0 ? undefined : await inspect(app, place);
  const all = summary === undefined ? listed : summary.tasks.filter(isTask).map(one => modelOf(place, one, summary));
  const fitting = task === undefined ? all : all.filter(model => model.task === task);
  if (fitting.length > 0) return fitting;
  throw noneIn(place, task, all, summary);
}

async function inspect(app: App, { path, name }: CheckpointPlace): Promise<CheckpointSummary> {
  const cancelled = new Failure('cancelled', 'No model was opened.', 'Ask again when you want it.');
  return waitingFor(`Reading ${name}…`, cancelled, signal => app.worker.ask(inspectMethod, { path }, signal));
}

function modelOf({ path, name }: CheckpointPlace, task: Task, { format }: CheckpointSummary): ModelInfo {
  return { id: path, name, origin: 'foreign', folder: path, task, sourceLanguage: '', targetLanguage: '', summary: format };
}

function noneIn({ path }: CheckpointPlace, task: Task | undefined, others: readonly ModelInfo[], summary: CheckpointSummary | undefined): Failure {
  const wanted = task === undefined ? 'that can be run here' : purposes[task];
  const held = [...new Set(others.map(model => purposes[model.task]))];
  const found = held.length > 0 ? `; what it holds is one ${held.join(', and one ')}` : '';
  const why = summary?.warnings[0];
  return new Failure(
    'unknown-model',
    `${path} holds no model ${wanted}${found}.${why === undefined ? '' : ` ${why}`}`,
    'Open another one. Open Checkpoint… shows what this one holds.',
  );
}

async function ask(models: readonly ModelInfo[], task: Task | undefined): Promise<ModelInfo | undefined> {
  const items = models.map(model => (task === undefined ? { ...modelItem(model, false), description: taskNames[model.task] } : modelItem(model, false)));
  const placeHolder = task === undefined ? 'What the model is for' : `The model ${purposes[task]}`;
  return (await vscode.window.showQuickPick(items, { title: 'Open Model', placeHolder, matchOnDetail: true }))?.model;
}

function isTask(task: Task | 'attention'): task is Task {
  return task !== 'attention';
}
