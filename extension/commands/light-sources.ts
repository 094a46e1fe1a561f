import { isWritten } from '../annotations/annotation.ts';
import type { Command } from './command.ts';

/** A link in a hover: lights up the source words that a target word attends to. Parameters: annotation, target word. */
export const lightSources: Command = {
  id: 'attentionScope.lightSources',
  run(app, id, word) {
    const annotation = typeof id === 'number' ? app.store.get(id) : undefined;
    if (isWritten(annotation) && typeof word === 'number') app.focus.follow(annotation, word);
  },
};
