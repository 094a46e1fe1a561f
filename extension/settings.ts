import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import { executionProviders, type InitializationOptions, type Task, tasks } from '../protocol/server.ts';
import { assertModelAllowed, modelFolders, type ModelPlaces } from './model-folders.ts';

export const section = 'attentionScope';

/** The setting that names the model of each task, and the model to take, if it is there, where that names none. */
const modelSettings: Readonly<Record<Task, { readonly key: string; readonly preferred?: string }>> = {
  translation: { key: 'model', preferred: 'en-fr' },
  classification: { key: 'classificationModel', preferred: 'sentiment' },
  'image-classification': { key: 'imageClassificationModel' },
  dialogue: { key: 'replyModel' },
  'language-modelling': { key: 'continuationModel' },
};

/** The width of the beam that translates: 1 is greedy. */
export function readBeam(): number {
  return whole(vscode.workspace.getConfiguration(section).get('beam'), 1, 10, 1);
}

/**
 * The model that is chosen for a task, and the one to take where none is. A model that settings name by default is a
 * preference only, but for the translation's, which is always there.
 * @throws Failure `untrusted-workspace` when the chosen model lies in a workspace that is not trusted
 */
export function readModelChoice(task: Task): { readonly chosen: string | undefined; readonly preferred: string | undefined } {
  const { preferred } = modelSettings[task];
  const model = readModel(task);
  const chosen = model === undefined || (model === preferred && task !== 'translation') ? undefined : model;
  if (chosen !== undefined) assertModelAllowed(chosen, places());
  return { chosen, preferred };
}

/** What a worker is started with: folders of a workspace that is not trusted are left out. */
export function readWorkerSettings(): InitializationOptions {
  const found = places();
  // A model that is chosen by its folder or file must be among those that the worker may run.
  const chosen = tasks.map(readModel).filter(model => model !== undefined).filter(model => isAbsolute(model));
  return {
    modelFolders: modelFolders({ ...found, configured: [...found.configured, ...chosen] }),
    threads: whole(vscode.workspace.getConfiguration(section).get('threads'), 1, 64, 1),
    executionProvider: executionProviders.find(one => one === vscode.workspace.getConfiguration(section).get('executionProvider')) ?? 'auto',
  };
}

function places(): ModelPlaces {
  return {
    configured: strings(vscode.workspace.getConfiguration(section).get('modelFolders')),
    workspace: (vscode.workspace.workspaceFolders ?? [])
      .filter(folder => folder.uri.scheme === 'file')
      .map(folder => folder.uri.fsPath),
    trusted: vscode.workspace.isTrusted,
    home: homedir(),
  };
}

/** @throws Failure `untrusted-workspace` when a model's file or folder lies in a workspace that is not trusted */
export function assertMayRun(path: string): void {
  assertModelAllowed(path, places());
}

/** The id, folder or file of the model that settings name for a task, allowed or not. */
export function readModel(task: Task): string | undefined {
  const { key, preferred } = modelSettings[task];
  const model = text(vscode.workspace.getConfiguration(section).get(key)) ?? preferred;
  return model !== undefined && isAbsolute(model) ? resolve(model) : model;
}

/** Remembers the model that the user chose for a task. */
export async function rememberModel(task: Task, model: string): Promise<void> {
  await update(modelSettings[task].key, model);
}

/**
 * Adds a folder to those that models are looked for in.
 * @throws Failure `untrusted-workspace` when it lies in a workspace that is not trusted
 */
export async function addModelFolder(folder: string): Promise<void> {
  const found = places();
  assertModelAllowed(folder, found);
  if (!modelFolders(found).includes(resolve(folder))) await update('modelFolders', [...found.configured, folder]);
}

/** Where a workspace has a value of its own, there; else for all of the user's work. */
async function update(key: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const inWorkspace = vscode.workspace.isTrusted && configuration.inspect(key)?.workspaceValue !== undefined;
  await configuration.update(key, value, inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

// VS Code marks a wrong value in the settings editor but hands it out all the same.
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function whole(value: unknown, least: number, most: number, otherwise: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return otherwise;
  return Math.min(most, Math.max(least, Math.round(value)));
}
