import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { InitializationOptions } from '../protocol/server.ts';
import { assertModelAllowed, modelFolders, type ModelPlaces } from './model-folders.ts';

export const section = 'attentionScope';

/** What to translate with: a model's id, or the absolute folder of one; and the width of the beam, of which 1 is greedy. */
export interface TranslationSettings {
  readonly model: string;
  readonly beam: number;
}

/** Throws `untrusted-workspace` when the chosen model lies in a workspace that is not trusted. */
export function readTranslationSettings(): TranslationSettings {
  const model = readModel();
  assertModelAllowed(model, places());
  return { model, beam: whole(vscode.workspace.getConfiguration(section).get('beam'), 1, 10, 1) };
}

/** What a worker is started with: folders of a workspace that is not trusted are left out. */
export function readWorkerSettings(): InitializationOptions {
  const model = readModel();
  const found = places();
  // A model that is chosen by its folder must be among those that the worker may open.
  const configured = isAbsolute(model) ? [...found.configured, model] : found.configured;
  return {
    modelFolders: modelFolders({ ...found, configured }),
    threads: whole(vscode.workspace.getConfiguration(section).get('threads'), 1, 64, 1),
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

/** The chosen model's id or folder, allowed or not. */
export function readModel(): string {
  const model = text(vscode.workspace.getConfiguration(section).get('model'), defaultModel);
  return isAbsolute(model) ? resolve(model) : model;
}

/** Remembers the model that the user chose: where a workspace sets one, there; else for all of the user's work. */
export async function rememberModel(model: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const inWorkspace = configuration.inspect('model')?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update('model', model, target);
}

const defaultModel = 'en-fr';

// VS Code marks a wrong value in the settings editor but hands it out all the same.
function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : otherwise;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function whole(value: unknown, least: number, most: number, otherwise: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return otherwise;
  return Math.min(most, Math.max(least, Math.round(value)));
}
