import { isAbsolute, resolve } from 'node:path';
import { Failure } from '../protocol/failure.ts';
import { isIn } from './is-in.ts';

/** Where models may come from, and whether the user trusts the workspace. */
export interface ModelPlaces {
  /** `attentionScope.modelFolders`, as written by the user. */
  readonly configured: readonly string[];
  /** Folders of the workspace on this machine's disk, absolute. */
  readonly workspace: readonly string[];
  readonly trusted: boolean;
  readonly home: string;
}

/**
 * The absolute folders that the worker may list models from. A relative folder is looked for in each folder of the
 * workspace. In an untrusted workspace nothing inside the workspace is left.
 */
export function modelFolders(places: ModelPlaces): string[] {
  const absolute = places.configured.flatMap(folder => {
    const expanded = expandHome(folder.trim(), places.home);
    if (expanded === '') return [];
    return isAbsolute(expanded) ? [resolve(expanded)] : places.workspace.map(parent => resolve(parent, expanded));
  });
  return [...new Set(absolute)].filter(folder => places.trusted || !isInWorkspace(folder, places.workspace));
}

/**
 * Throws `untrusted-workspace` for a model that is a folder or a file inside a workspace which the user does not trust.
 * @param model a model's id, or the absolute folder or file of one
 */
export function assertModelAllowed(model: string, places: ModelPlaces): void {
  if (places.trusted || !isAbsolute(model) || !isInWorkspace(resolve(model), places.workspace)) return;
  throw new Failure(
    'untrusted-workspace',
    `The model ${model} lies in this workspace, which is not trusted.`,
    'Trust the workspace, or select another model.',
  );
}

function isInWorkspace(folder: string, workspace: readonly string[]): boolean {
  return workspace.some(parent => isIn(folder, parent));
}

function expandHome(folder: string, home: string): string {
  return folder === '~' || folder.startsWith('~/') ? home + folder.slice(1) : folder;
}
