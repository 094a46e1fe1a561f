import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { configPattern, isConfigPath } from './config-name.ts';
import { keptConfigPattern, runOfConfig } from './kept-config.ts';

/** Of each kind. */
const most = 1_000;

/**
 * The config in the editor; else one of the workspace, which the user chooses. Copies that runs keep are none.
 * @throws Failure `no-such-file` where there is none
 */
export async function chooseConfig(title: string): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active !== undefined && isConfigPath(active.path) && (await runOfConfig(active.fsPath)) === undefined) return active;
  const found = await findConfigs();
  if (found.length === 0) throw new Failure('no-such-file', 'There is no config of a training in this workspace.', 'New Training Run… writes one.');
  const items = found.map(uri => ({ uri, label: vscode.workspace.asRelativePath(uri) })).sort((one, other) => one.label.localeCompare(other.label));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'The config' }))?.uri;
}

/** Those that are called as runs call their copies are looked for by themselves: of thousands of runs none is to crowd out the others. */
async function findConfigs(): Promise<vscode.Uri[]> {
  const [others, perhapsKept] = await Promise.all([
    vscode.workspace.findFiles(configPattern, keptConfigPattern, most),
    vscode.workspace.findFiles(keptConfigPattern, undefined, most),
  ]);
  const kept = await Promise.all(perhapsKept.map(({ fsPath }) => runOfConfig(fsPath)));
  return [...others, ...perhapsKept.filter((_, index) => kept[index] === undefined)];
}
