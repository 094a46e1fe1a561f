import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';

/** Saves a config that is open and was changed: what is trained is what the disk holds. @throws Failure `disk-full` */
export async function saveConfig(uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find(one => one.uri.toString() === uri.toString());
  if (document?.isDirty === true && !(await document.save())) throw new Failure('disk-full', `${uri.fsPath} could not be saved.`, 'Save it, then run it again.');
}
