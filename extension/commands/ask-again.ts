import * as vscode from 'vscode';
import type { Kind } from '../../protocol/outcome.ts';
import type { Passage } from '../session/passage.ts';
import { textAt } from '../text/range.ts';
import type { Command } from './command.ts';

/**
 * The panel's own button: asks once more for what the panel shows, or failed to. Where its text no longer stands, or nobody
 * knows any more which it was, for what is selected or stands at the caret now.
 */
export const askAgain: Command = {
  id: 'attentionScope.askAgain',
  async run(app) {
    const { last } = app.session;
    const kind = app.panel.kind ?? 'translation';
    if (last?.kind === kind && last.passages.every(stands)) await app.session.run(kind, last.passages, last.options);
    else await vscode.commands.executeCommand(commandOf[kind]);
  },
};

/** Whether a passage still stands where it was read. */
function stands({ uri, span, text }: Passage): boolean {
  const document = vscode.workspace.textDocuments.find(open => open.uri.toString() === uri);
  return document !== undefined && textAt(document, span) === text;
}

const commandOf: Readonly<Record<Kind, string>> = {
  translation: 'attentionScope.translateSelection',
  classification: 'attentionScope.classifySelection',
  reply: 'attentionScope.replyToSelection',
  continuation: 'attentionScope.continueSelection',
};
