import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { isWritten } from '../annotations/annotation.ts';
import { parseMap } from '../panel/messages.ts';
import type { Command } from './command.ts';

/** The panel's list of maps: asks for what it shows once more, with the rows of another map. Parameter: the map. */
export const showMap: Command = {
  id: 'attentionScope.showMap',
  async run(app, given) {
    const map = parseMap(given);
    if (map === undefined) return;
    const { shown } = app.focus;
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === shown?.uri);
    if (!isWritten(shown) || document === undefined) {
      // The list in the panel names the map that is drawn, again.
      app.panel.showAgain();
      throw new Failure('bad-argument', 'The text that this map is of no longer stands in an open document.', 'Open its file, and ask again.');
    }
    const { uri, span, kind, trace, asked } = shown;
    const passage = { uri, span, text: trace.source.text, languageId: asked?.languageId ?? document.languageId };
    await app.session.run(kind, [passage], { map, asked });
  },
};
