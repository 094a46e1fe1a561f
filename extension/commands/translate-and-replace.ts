import { passagesOf } from '../text/selections.ts';
import type { Command } from './command.ts';
import { replaceWithTranslations } from './replace.ts';

/** Translates the selections and puts the translations in their place, as one step to undo. */
export const translateAndReplace: Command = {
  id: 'attentionScope.translateAndReplaceSelection',
  async run(app) {
    const passages = passagesOf(await app.currentEditor.get(), 'translation');
    const answered = await app.session.run('translation', passages);
    await replaceWithTranslations(app.store, answered.map(({ annotation }) => annotation));
  },
};
