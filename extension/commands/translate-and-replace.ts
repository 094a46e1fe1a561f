import { passagesOf } from '../text/selections.ts';
import type { Command } from './command.ts';
import { replaceWithTranslations } from './replace.ts';

/** Translates the selections and puts the translations in their place, as one step to undo. */
export const translateAndReplace: Command = {
  id: 'attentionScope.translateAndReplaceSelection',
  async run(app) {
    const passages = passagesOf(await app.currentEditor.get());
    const translated = await app.session.run(passages);
    await replaceWithTranslations(app.store, translated.map(({ annotation }) => annotation));
  },
};
