import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { App } from '../app.ts';
import { cancel } from './cancel.ts';
import { clearAnnotations } from './clear-annotations.ts';
import { clearHighlight } from './clear-highlight.ts';
import type { Command } from './command.ts';
import { copyShown, copyTranslation } from './copy-translation.ts';
import { lightSources } from './light-sources.ts';
import { replaceShown } from './replace-shown.ts';
import { restartWorker } from './restart-worker.ts';
import { selectModel } from './select-model.ts';
import { showLog } from './show-log.ts';
import { translateAndReplace } from './translate-and-replace.ts';
import { translateSelection } from './translate-selection.ts';

const commands: readonly Command[] = [
  translateSelection, translateAndReplace, copyTranslation, clearAnnotations, selectModel, restartWorker, showLog,
  // Behind keys, links and buttons; not in the Command Palette.
  clearHighlight, lightSources, copyShown, replaceShown, cancel,
];

export function registerCommands(app: App): vscode.Disposable[] {
  return commands.map(command =>
    vscode.commands.registerCommand(command.id, async (...parameters: unknown[]) => {
      try {
        await command.run(app, ...parameters);
      } catch (error) {
        app.notifier.failure(Failure.from(error));
      }
    }),
  );
}
