import * as vscode from 'vscode';
import type { Kind } from '../../protocol/outcome.ts';
import type { Command } from './command.ts';

/** The panel's own button: asks once more for what the panel shows, or failed to. */
export const askAgain: Command = {
  id: 'attentionScope.askAgain',
  async run(app) {
    await vscode.commands.executeCommand(commandOf[app.panel.kind ?? 'translation']);
  },
};

const commandOf: Readonly<Record<Kind, string>> = {
  translation: 'attentionScope.translateSelection',
  classification: 'attentionScope.classifySelection',
  reply: 'attentionScope.replyToSelection',
  continuation: 'attentionScope.continueSelection',
};
