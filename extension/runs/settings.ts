import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { ClusterTargets } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';
import { isIn } from '../is-in.ts';
import { section } from '../settings.ts';
import { runsFolders } from './folders.ts';

const key = 'runsFolder';

/**
 * The absolute folders that runs are looked for in, those of clusters that are reached from this machine too. What a workspace that is
 * not trusted says of them is passed over by VS Code.
 */
export function readRunsFolders(): readonly string[] {
  const ofClusters = Object.values(readTargets()).flatMap(({ host, runs }) => (host === undefined && typeof runs === 'string' && isAbsolute(runs) ? [runs] : []));
  return [...new Set([...runsFolders(readSetting(), workspaceFolders(), homedir()), ...ofClusters])];
}

/** The folder that the runs of a config are put in: that of its workspace folder; one beside it where it lies in none. */
export function runsFolderOf(config: string): string {
  const parent = workspaceFolders().find(folder => isIn(config, folder));
  const [folder] = runsFolders(readSetting(), [parent ?? dirname(config)], homedir());
  return folder ?? join(parent ?? dirname(config), 'runs');
}

/** How many runs this machine trains at once; others wait. */
export function readRunsAtOnce(): number {
  const value = vscode.workspace.getConfiguration(section).get('runsAtOnce');
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(16, Math.max(1, Math.round(value))) : 1;
}

/** The clusters by their names, as they are written: the worker checks them. */
export function readTargets(): ClusterTargets {
  const value: unknown = vscode.workspace.getConfiguration(section).get('targets');
  const named = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(named.filter(([, target]) => typeof target === 'object' && target !== null)) as ClusterTargets;
}

/** Remembers where runs are: for this workspace where there is one, relative where it lies in its only folder. */
export async function rememberRunsFolder(folder: string): Promise<void> {
  const [only, ...others] = workspaceFolders();
  const written = only !== undefined && others.length === 0 && isIn(folder, only) ? relative(only, folder).split(sep).join('/') || '.' : folder;
  const inWorkspace = only !== undefined && vscode.workspace.isTrusted;
  await vscode.workspace.getConfiguration(section).update(key, written, inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

/** @throws Failure `untrusted-workspace`: a config names files to read, and a run takes hours of the machine's */
export function assertMayTrain(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Failure('untrusted-workspace', 'Nothing is trained in a workspace that is not trusted.', 'Trust the workspace first; runs can be looked at all the same.');
}

function readSetting(): string {
  const value = vscode.workspace.getConfiguration(section).get(key);
  return typeof value === 'string' ? value : '';
}

function workspaceFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}
