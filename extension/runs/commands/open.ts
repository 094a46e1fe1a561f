import * as vscode from 'vscode';
import { Failure } from '../../../protocol/failure.ts';
import type { Command } from '../../commands/command.ts';
import { takeModel } from '../../commands/open-model.ts';
import { purposes } from '../../session/models.ts';
import { rememberModel } from '../../settings.ts';
import { runsFor } from '../choose-run.ts';
import { isLive } from '../describe.ts';
import { placesGiven } from '../nodes.ts';

/** Shows runs: one, or several laid over each other. */
export const openRun: Command = {
  id: 'attentionScope.openRun',
  async run(app, clicked, selected) {
    const [folder, ...others] = await runsFor(app, clicked, selected, { verb: 'show' });
    if (folder !== undefined) app.runViews.open(folder, others);
  },
};

/** The status bar: shows one of the runs that are trained. */
export const openLiveRun: Command = {
  id: 'attentionScope.openLiveRun',
  async run(app) {
    const [folder] = await runsFor(app, undefined, undefined, { verb: 'show', fits: isLive });
    if (folder !== undefined) app.runViews.open(folder);
  },
};

/** The trees' menus: what differs between the two checkpoints or models that are selected. */
export const compareSelected: Command = {
  id: 'attentionScope.compareSelected',
  async run(app, clicked, selected) {
    const [one, other, ...more] = placesGiven(clicked, selected).filter(({ kind }) => kind !== 'run');
    if (one === undefined || other === undefined || more.length > 0) {
      throw new Failure('bad-argument', 'Two checkpoints are compared, no more and no fewer.', 'Select two in the tree, with Ctrl or Cmd held down.');
    }
    await app.checkpoints.compare(vscode.Uri.file(one.folder), vscode.Uri.file(other.folder));
  },
};

/** The trees' menus: from now on, the model or checkpoint does what it was trained for. */
export const useModel: Command = {
  id: 'attentionScope.useModel',
  async run(app, clicked) {
    const [place] = placesGiven(clicked, undefined);
    if (place === undefined || place.kind === 'run') return;
    const model = place.kind === 'model' ? place.model : undefined;
    if (model?.origin !== 'bundled') {
      await takeModel(app, model?.task, vscode.Uri.file(place.folder));
    } else {
      await rememberModel(model.task, model.id);
      app.updateStatus();
      app.notifier.say('information', `${model.name} is now the model ${purposes[model.task]}.`);
    }
    app.runs.models.refresh();
  },
};
