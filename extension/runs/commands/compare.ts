import * as vscode from 'vscode';
import { Failure } from '../../../protocol/failure.ts';
import type { RunCheckpoint, RunSummary } from '../../../protocol/runs.ts';
import { askForText } from '../../checkpoint/ask-for-text.ts';
import type { Command } from '../../commands/command.ts';
import { runsFor } from '../choose-run.ts';
import { checkpointDescription } from '../describe.ts';

/** Lets two checkpoints of a run read a text: where their attention differs, that was learnt between them. */
export const compareOnText: Command = {
  id: 'attentionScope.compareOnText',
  async run(app, clicked, selected) {
    const [folder] = await runsFor(app, clicked, selected, { verb: 'compare checkpoints of', fits: ({ checkpoints }) => checkpoints.length > 1 });
    const run = folder === undefined ? undefined : app.runs.store.get(folder);
    if (run === undefined) return;
    if (run.checkpoints.length < 2) throw new Failure('bad-argument', `${run.name} keeps no two checkpoints to compare.`, 'With "keepLast" in the training of its config more of them stay.');
    const from = await choose(run, 'From which checkpoint', run.checkpoints);
    const to = from && (await choose(run, `From step ${from.step.toLocaleString('en')} to which`, run.checkpoints.filter(one => one !== from)));
    if (from === undefined || to === undefined) return;
    const text = await askForText('each checkpoint', app.currentEditor.selectedText());
    if (text !== undefined) app.runViews.compare(run.folder, [from.step, to.step], text);
  },
};

async function choose(run: RunSummary, placeHolder: string, checkpoints: readonly RunCheckpoint[]): Promise<RunCheckpoint | undefined> {
  const items = checkpoints
    .toSorted((one, other) => one.step - other.step)
    .map(checkpoint => ({ checkpoint, label: `${checkpoint.best ? '$(star-full)' : '$(circle-outline)'} Step ${checkpoint.step.toLocaleString('en')}`, description: checkpointDescription(checkpoint, run) }));
  return (await vscode.window.showQuickPick(items, { title: `Compare Checkpoints of ${run.name}`, placeHolder }))?.checkpoint;
}
