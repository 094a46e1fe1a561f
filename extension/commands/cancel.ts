import type { Command } from './command.ts';

/** The status bar's and the panel's way to cancel what a model is being asked. */
export const cancel: Command = {
  id: 'attentionScope.cancel',
  run(app) {
    app.session.cancel();
  },
};
