import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { Command } from '../commands/command.ts';
import { isConfigPath } from './config-name.ts';
import { assertCanBeTrained } from './kept-config.ts';
import { saveConfig } from './save-config.ts';

/** Trains a config and shows its run. Parameter: its file; left out, what the active editor shows. */
export const runConfig: Command = {
  id: 'attentionScope.runConfig',
  async run(app, given) {
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    if (uri === undefined || !isConfigPath(uri.path)) {
      throw new Failure('bad-argument', 'No config is open; its name ends in .attention.json.', 'Open one, or make one with New Training Run….');
    }
    await assertCanBeTrained(uri.fsPath);
    await saveConfig(uri);
    const { folder, state } = await app.runs.start(uri);
    app.runViews.open(folder, []);
    if (state === 'queued') app.notifier.say('information', 'The run waits until another one is done. It goes on without VS Code, too.');
  },
};
