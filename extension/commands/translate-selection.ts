import { passagesOf } from '../text/selections.ts';
import type { Command } from './command.ts';

/** Translates the selections, or the sentence at the caret, and shows the attention in the document and the panel. */
export const translateSelection: Command = {
  id: 'attentionScope.translateSelection',
  async run(app) {
    const passages = passagesOf(await app.currentEditor.get());
    app.panel.open();
    await app.session.run(passages);
  },
};
