import type { Command } from '../../commands/command.ts';
import { runsFor } from '../choose-run.ts';
import { isLive } from '../describe.ts';

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
