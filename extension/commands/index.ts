import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import type { App } from '../app.ts';
import { runOn } from '../cluster/run-on.ts';
import { showJobs } from '../cluster/show-jobs.ts';
import { runConfig } from '../config-file/run-config.ts';
import { newRun } from '../new-run/new-run.ts';
import { runCommands } from '../runs/commands/index.ts';
import { askAgain } from './ask-again.ts';
import { classifySelection, continueSelection, replyToSelection, translateSelection } from './ask.ts';
import { cancel } from './cancel.ts';
import { classifyImage, classifyImageAgain, copyImageLabels } from './classify-image.ts';
import { clearAnnotations } from './clear-annotations.ts';
import { clearHighlight } from './clear-highlight.ts';
import type { Command } from './command.ts';
import { compareCheckpoints } from './compare-checkpoints.ts';
import { copyShown, copyResult } from './copy.ts';
import { howToTrain } from './how-to-train.ts';
import { inspectSelection } from './inspect-selection.ts';
import { copyInterventions, copyMapAsImage, exportMap, pinInspection } from './inspection.ts';
import { insertShown, insertWritten } from './insert-written.ts';
import { lightSources } from './light-sources.ts';
import { openAsCheckpoint, openCheckpoint } from './open-checkpoint.ts';
import { openModel } from './open-model.ts';
import { replaceShown } from './replace-shown.ts';
import { restartWorker } from './restart-worker.ts';
import { selectModel } from './select-model.ts';
import { showLog } from './show-log.ts';
import { showMap } from './show-map.ts';
import { translateAndReplace } from './translate-and-replace.ts';

const commands: readonly Command[] = [
  translateSelection, translateAndReplace, classifySelection, replyToSelection, continueSelection, classifyImage,
  inspectSelection, pinInspection, copyInterventions, exportMap, copyMapAsImage,
  copyResult, insertWritten, clearAnnotations, openCheckpoint, openAsCheckpoint, compareCheckpoints, selectModel, restartWorker, showLog,
  newRun, runConfig, runOn, showJobs, ...runCommands,
  // Behind keys, links and buttons; not in the Command Palette.
  clearHighlight, lightSources, copyShown, replaceShown, insertShown, askAgain, cancel, openModel, howToTrain,
  classifyImageAgain, copyImageLabels, showMap,
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
