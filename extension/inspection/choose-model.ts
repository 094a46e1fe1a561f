import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { OpenInspectionParams } from '../../protocol/inspection.ts';
import { type ModelInfo, type Task, tasks } from '../../protocol/server.ts';
import { chooseCheckpoint } from '../checkpoint/choose.ts';
import { placeOf } from '../checkpoint/place.ts';
import { modelItem } from '../commands/model-items.ts';
import { taskNames } from '../session/models.ts';
import { readBeam } from '../settings.ts';
import { type RecentModels, unlisted } from './recent-models.ts';

/** What an inspection asks of which model. */
export type AskedModel = Pick<OpenInspectionParams, 'model' | 'task' | 'beam'>;

type Item = vscode.QuickPickItem & { readonly model?: ModelInfo; readonly path?: string };

const open: Item = { label: '$(folder-opened) Open a Model File or Folder…', description: 'any model with attention', alwaysShow: true };

/**
 * Lets the user choose a model to inspect, also one that does nothing but read; `undefined` when they would not.
 * @param models those that are known
 * @param recent those that were opened by their paths; what is opened now is one of them from now on
 * @param reads what is to be read
 */
export async function chooseInspectedModel(models: Promise<readonly ModelInfo[]>, recent: RecentModels, reads: 'text' | 'image'): Promise<AskedModel | undefined> {
  const items = models.then(all => [
    ...tasks.filter(task => (task === 'image-classification') === (reads === 'image')).flatMap(task => itemsOf(all, task)),
    ...recentItems(unlisted(recent.all, all)),
    separator(''), open,
  ]);
  const chosen = await vscode.window.showQuickPick<Item>(items, { title: 'Inspect', placeHolder: `The model that reads the ${reads}`, matchOnDescription: true, matchOnDetail: true });
  if (chosen === undefined) return undefined;
  if (chosen.model !== undefined) return { model: chosen.model.id, task: chosen.model.task, beam: beamOf(chosen.model.task) };
  const path = chosen.path ?? await choosePath();
  if (path === undefined) return undefined;
  await recent.add(path);
  return { model: path, beam: beamOf(undefined) };
}

/** The beam of what a task writes; of a model of which nothing is known yet, the one that it translates with, if it does. */
export function beamOf(task: Task | undefined): number {
  return task === undefined || task === 'translation' ? readBeam() : 1;
}

async function choosePath(): Promise<string | undefined> {
  const uri = await chooseCheckpoint('A model to inspect', 'Inspect');
  return uri && placeOf(uri).path;
}

function recentItems(paths: readonly string[]): Item[] {
  return paths.length === 0 ? [] : [separator('Opened Before'), ...paths.map(path => ({ path, label: basename(path), detail: path }))];
}

function itemsOf(models: readonly ModelInfo[], task: Task): Item[] {
  const items = models.filter(model => model.task === task).map(model => modelItem(model, false));
  return items.length === 0 ? [] : [separator(taskNames[task]), ...items];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
