import type { Command } from './command.ts';

/** Escape: what a hover, a link or a page lit up goes out. */
export const clearHighlight: Command = {
  id: 'attentionScope.clearHighlight',
  run(app) {
    app.focus.clear();
    app.inspecting.active?.unlock();
  },
};
