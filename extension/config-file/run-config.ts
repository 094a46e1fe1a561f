import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { Command } from '../commands/command.ts';
import { isConfigPath } from './config-name.ts';

/** Trains a config and shows its run. Parameter: its file; left out, what the active editor shows. */
export const runConfig: Command = {
  id: 'attentionScope.runConfig',
  async run(app, given) {
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    if (uri === undefined || !isConfigPath(uri.path)) {
      throw new Failure('bad-argument', 'No config is open; its name ends in .attention.json.', 'Open one, or make one with New Training Run….');
    }
    // What is trained is what the disk holds.
    const document = vscode.workspace.textDocuments.find(one => one.uri.toString() === uri.toString());
    if (document?.isDirty === true && !(await document.save())) throw new Failure('disk-full', `${uri.fsPath} could not be saved.`, 'Save it, then run it again.');
    const { folder, state } = await app.runs.start(uri);
    app.runViews.open(folder, []);
    if (state === 'queued') app.notifier.say('information', 'The run waits until another one is done. It goes on without VS Code, too.');
  },
};
