import { Failure } from '../../protocol/failure.ts';
import type { Command } from './command.ts';
import { replaceWithTranslations } from './replace.ts';

/** The panel's own button: replaces the source of the translation that the panel shows. */
export const replaceShown: Command = {
  id: 'attentionScope.replaceShown',
  async run(app) {
    const { shown } = app.focus;
    if (shown === undefined) {
      throw new Failure('bad-argument', 'The text of this translation no longer stands in an open document.', 'Copy the translation instead.');
    }
    await replaceWithTranslations(app.store, [shown]);
  },
};
