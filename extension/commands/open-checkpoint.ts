import * as vscode from 'vscode';
import { chooseCheckpoint } from '../checkpoint/choose.ts';
import type { Command } from './command.ts';

/** Shows a checkpoint that the user chooses. */
export const openCheckpoint: Command = {
  id: 'attentionScope.openCheckpoint',
  async run(app) {
    const uri = await chooseCheckpoint('Open Checkpoint', 'Open Checkpoint');
    if (uri !== undefined) await app.checkpoints.open(uri);
  },
};

/** The Explorer's menu: shows the file or folder that it was opened on. */
export const openAsCheckpoint: Command = {
  id: 'attentionScope.openAsCheckpoint',
  async run(app, given) {
    if (given instanceof vscode.Uri) await app.checkpoints.open(given);
  },
};
