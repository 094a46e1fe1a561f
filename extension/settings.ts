import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { assertModelAllowed, modelFolders, type ModelPlaces } from './model-folders.ts';

export const section = 'attentionScope';

/** The user's settings, each within its bounds. */
export interface Settings {
  /** A model's id, or the absolute folder of one. */
  readonly model: string;
  /** Width of the beam; 1 is greedy. */
  readonly beam: number;
  /** Threads an engine may use. */
  readonly threads: number;
  /** Absolute folders that models may be listed from: none of the workspace's unless it is trusted. */
  readonly modelFolders: readonly string[];
}

/** Reads the settings; throws `untrusted-workspace` when the chosen model lies in a workspace that is not trusted. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(section);
  const places: ModelPlaces = {
    configured: strings(configuration.get('modelFolders')),
    workspace: (vscode.workspace.workspaceFolders ?? [])
      .filter(folder => folder.uri.scheme === 'file')
      .map(folder => folder.uri.fsPath),
    trusted: vscode.workspace.isTrusted,
    home: homedir(),
  };
  const model = readModel();
  assertModelAllowed(model, places);
  return {
    model,
    beam: whole(configuration.get('beam'), 1, 10, 1),
    threads: whole(configuration.get('threads'), 1, 64, 1),
    // A model that is chosen by its folder must be among those that the worker may open.
    modelFolders: isAbsolute(model) ? [...modelFolders(places), model] : modelFolders(places),
  };
}

/** The chosen model's id or folder, allowed or not. */
export function readModel(): string {
  return text(vscode.workspace.getConfiguration(section).get('model'), defaultModel);
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
