import { join } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../../protocol/failure.ts';
import type { App } from '../../app.ts';
import type { Command } from '../../commands/command.ts';
import { nameOfRun, runsFor } from '../choose-run.ts';
import { placesGiven } from '../nodes.ts';

/** Shows a run, checkpoint or model in the Explorer, or else in the system's own. */
export const revealRun: Command = {
  id: 'attentionScope.revealRun',
  async run(app, clicked, selected) {
    const [folder] = await foldersFor(app, clicked, selected, 'reveal');
    if (folder === undefined) return;
    const uri = vscode.Uri.file(folder);
    if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) await vscode.commands.executeCommand('revealInExplorer', uri);
    else if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) await vscode.commands.executeCommand('revealFileInOS', uri);
    else throw new Failure('bad-argument', `${folder} lies outside the workspace.`, 'Copy its path, or open its folder.');
  },
};

export const revealRunInSystem: Command = {
  id: 'attentionScope.revealRunInSystem',
  async run(app, clicked, selected) {
    const [folder] = await foldersFor(app, clicked, selected, 'reveal');
    if (folder !== undefined) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder));
  },
};

export const copyRunPath: Command = {
  id: 'attentionScope.copyRunPath',
  async run(app, clicked, selected) {
    const folders = await foldersFor(app, clicked, selected, 'copy the path of');
    if (folders.length > 0) await vscode.env.clipboard.writeText(folders.join('\n'));
  },
};

/** Opens what the run was asked to do. */
export const openRunConfig: Command = {
  id: 'attentionScope.openRunConfig',
  run: (app, clicked, selected) => openFile(app, clicked, selected, 'open the config of', ['config.attention.json', 'run.json']),
};

/** Opens what the run's process printed. */
export const openRunOutput: Command = {
  id: 'attentionScope.openRunOutput',
  run: (app, clicked, selected) => openFile(app, clicked, selected, 'open the output of', ['output.log']),
};

/** Opens the first of some files that is there in a run's folder. @throws Failure `no-such-file` */
async function openFile(app: App, clicked: unknown, selected: unknown, verb: string, files: readonly string[]): Promise<void> {
  const [folder] = await runsFor(app, clicked, selected, { verb });
  if (folder === undefined) return;
  for (const file of files) {
    const uri = vscode.Uri.file(join(folder, file));
    if (!(await isThere(uri))) continue;
    await vscode.commands.executeCommand('vscode.open', uri);
    return;
  }
  throw new Failure('no-such-file', `${nameOfRun(app, folder)} has no ${files.join(' and no ')}.`, 'Another program may have written this run, or it was started on the command line.');
}

async function foldersFor(app: App, clicked: unknown, selected: unknown, verb: string): Promise<readonly string[]> {
  const given = placesGiven(clicked, selected);
  return given.length > 0 ? given.map(({ folder }) => folder) : runsFor(app, clicked, selected, { verb });
}

function isThere(uri: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(uri).then(() => true, () => false);
}
