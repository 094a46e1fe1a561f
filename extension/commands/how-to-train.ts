import * as vscode from 'vscode';
import { tasks } from '../../protocol/server.ts';
import type { Command } from './command.ts';

/** A message's button: opens the manual of training, at the part about a task. Parameter: the task. */
export const howToTrain: Command = {
  id: 'attentionScope.howToTrain',
  async run(app, given) {
    const task = tasks.find(one => one === given);
    const manual = vscode.Uri.joinPath(app.extensionUri, 'docs', 'training.md').with({ fragment: task ?? '' });
    await vscode.commands.executeCommand('markdown.showPreview', manual);
  },
};
