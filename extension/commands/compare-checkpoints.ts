import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { Command } from './command.ts';

/** The Explorer's menu, on two files or folders: what differs between them. */
export const compareCheckpoints: Command = {
  id: 'attentionScope.compareCheckpoints',
  async run(app, _clicked, selected) {
    const [one, other, ...more] = Array.isArray(selected) ? selected.filter(uri => uri instanceof vscode.Uri) : [];
    if (one === undefined || other === undefined || more.length > 0) {
      throw new Failure('bad-argument', 'Two checkpoints are compared, no more and no fewer.', 'Select two files or folders in the Explorer.');
    }
    await app.checkpoints.compare(one, other);
  },
};
