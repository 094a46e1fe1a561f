import * as vscode from 'vscode';
import type { OpenInspectionParams } from '../../protocol/inspection.ts';
import { type ModelInfo, type Task, tasks } from '../../protocol/server.ts';
import { chooseCheckpoint } from '../checkpoint/choose.ts';
import { placeOf } from '../checkpoint/place.ts';
import { modelItem } from '../commands/model-items.ts';
import { taskNames } from '../session/models.ts';
import { readBeam } from '../settings.ts';

/** What an inspection asks of which model. */
export type AskedModel = Pick<OpenInspectionParams, 'model' | 'task' | 'beam'>;

type Item = vscode.QuickPickItem & { readonly model?: ModelInfo };

const open: Item = { label: '$(folder-opened) Open a Model File or Folder…', description: 'any model with attention', alwaysShow: true };

/**
 * Lets the user choose a model to inspect, also one that does nothing but read; `undefined` when they would not.
 * @param models those that are known
 * @param reads what is to be read
 */
export async function chooseInspectedModel(models: Promise<readonly ModelInfo[]>, reads: 'text' | 'image'): Promise<AskedModel | undefined> {
  const items = models.then(all => [...tasks.filter(task => (task === 'image-classification') === (reads === 'image')).flatMap(task => itemsOf(all, task)), separator(''), open]);
  const chosen = await vscode.window.showQuickPick<Item>(items, { title: 'Inspect', placeHolder: `The model that reads the ${reads}`, matchOnDescription: true, matchOnDetail: true });
  if (chosen === undefined) return undefined;
  if (chosen.model !== undefined) return { model: chosen.model.id, task: chosen.model.task, beam: beamOf(chosen.model.task) };
  const uri = await chooseCheckpoint('A model to inspect', 'Inspect');
  return uri && { model: placeOf(uri).path, beam: 1 };
}

/** The beam of what a task writes. */
export function beamOf(task: Task | undefined): number {
  return task === 'translation' ? readBeam() : 1;
}

function itemsOf(models: readonly ModelInfo[], task: Task): Item[] {
  const items = models.filter(model => model.task === task).map(model => modelItem(model, false));
  return items.length === 0 ? [] : [separator(taskNames[task]), ...items];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
