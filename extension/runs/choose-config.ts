import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { configPattern, isConfigPath } from '../config-file/config-name.ts';

const most = 1_000;

/**
 * The config in the editor, saved; else one of the workspace, which the user chooses.
 * @throws Failure `no-such-file` where there is none
 */
export async function chooseConfig(title: string): Promise<vscode.Uri | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && isConfigPath(document.uri.path)) {
    if (document.isDirty) await document.save();
    return document.uri;
  }
  const found = await vscode.workspace.findFiles(configPattern, undefined, most);
  if (found.length === 0) throw new Failure('no-such-file', 'There is no config of a training in this workspace.', 'New Training Run… writes one.');
  const items = found.map(uri => ({ uri, label: vscode.workspace.asRelativePath(uri) })).sort((one, other) => one.label.localeCompare(other.label));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'The config' }))?.uri;
}
