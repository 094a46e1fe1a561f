import type { Command } from './command.ts';

/** Takes every annotation off every document. */
export const clearAnnotations: Command = {
  id: 'attentionScope.clearAnnotations',
  run(app) {
    if (app.session.runsOnText) app.session.cancel();
    app.focus.clear();
    app.store.clear();
  },
};
