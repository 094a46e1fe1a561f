import type { Kind } from '../../protocol/outcome.ts';
import { passagesOf } from '../text/selections.ts';
import type { Command } from './command.ts';

/**
 * Asks about the selections, or what stands at the caret, and shows the outcome with its attention in the document and
 * the panel.
 */
function asks(id: Command['id'], kind: Kind): Command {
  return {
    id,
    async run(app) {
      const passages = passagesOf(await app.currentEditor.get(), kind);
      await app.session.run(kind, passages, { ready: () => app.panel.open() });
    },
  };
}

export const translateSelection = asks('attentionScope.translateSelection', 'translation');
export const classifySelection = asks('attentionScope.classifySelection', 'classification');
export const replyToSelection = asks('attentionScope.replyToSelection', 'reply');
export const continueSelection = asks('attentionScope.continueSelection', 'continuation');
