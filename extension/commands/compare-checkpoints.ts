import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { chooseCheckpoint } from '../checkpoint/choose.ts';
import { placesGiven } from '../runs/nodes.ts';
import type { Command } from './command.ts';

/** What differs between two checkpoints or models: those that are selected in the Explorer or in a tree of ours, else two that the user chooses. */
export const compareCheckpoints: Command = {
  id: 'attentionScope.compareCheckpoints',
  async run(app, clicked, selected) {
    const given = urisGiven(clicked, selected);
    if (given.length !== 0 && given.length !== 2) {
      throw new Failure('bad-argument', 'Two checkpoints are compared, no more and no fewer.', 'Select two, with Ctrl or Cmd held down.');
    }
    const [one, other] = given.length === 0 ? await chooseTwo() : given;
    if (one !== undefined && other !== undefined) await app.checkpoints.compare(one, other);
  },
};

function urisGiven(clicked: unknown, selected: unknown): readonly vscode.Uri[] {
  const files = Array.isArray(selected) ? selected.filter(uri => uri instanceof vscode.Uri) : [];
  return files.length > 0 ? files : placesGiven(clicked, selected).filter(({ kind }) => kind !== 'run').map(({ folder }) => vscode.Uri.file(folder));
}

async function chooseTwo(): Promise<readonly vscode.Uri[]> {
  const one = await chooseCheckpoint('Compare Checkpoints: the First', 'Choose');
  const other = one && (await chooseCheckpoint('Compare Checkpoints: the Other', 'Compare'));
  return one === undefined || other === undefined ? [] : [one, other];
}
