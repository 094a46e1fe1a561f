import type { Command } from '../../commands/command.ts';
import { clearRunsFilter, filterRuns, openRunsFolder, refreshRuns, sortRuns } from './arrange.ts';
import { compareOnText } from './compare.ts';
import { deleteRun, restoreRuns } from './delete.ts';
import { renameRun, tagRun } from './label.ts';
import { openLiveRun, openRun } from './open.ts';
import { copyRunPath, openRunConfig, openRunOutput, revealRun, revealRunInSystem } from './places.ts';
import { pauseRun, resumeRun, stopRun } from './steer.ts';
import { useModel } from './use-model.ts';

/** The side panel's commands. */
export const runCommands: readonly Command[] = [
  openRun, pauseRun, resumeRun, stopRun, renameRun, tagRun, deleteRun, revealRun, revealRunInSystem, copyRunPath, openRunConfig, openRunOutput,
  filterRuns, clearRunsFilter, sortRuns, refreshRuns, openRunsFolder, compareOnText, useModel,
  // Behind menus, the status bar and buttons; not in the Command Palette.
  openLiveRun, restoreRuns,
];
