import type { Command } from '../../commands/command.ts';
import { clearRunsFilter, filterRuns, openRunsFolder, refreshRuns, sortRuns } from './arrange.ts';
import { deleteRun, restoreRuns } from './delete.ts';
import { renameRun, tagRun } from './label.ts';
import { compareSelected, openLiveRun, openRun, useModel } from './open.ts';
import { copyRunPath, openRunConfig, openRunOutput, revealRun, revealRunInSystem } from './places.ts';
import { runOn } from './run-on.ts';
import { pauseRun, resumeRun, stopRun } from './steer.ts';

/** The side panel's commands. */
export const runCommands: readonly Command[] = [
  openRun, pauseRun, resumeRun, stopRun, renameRun, tagRun, deleteRun, revealRun, revealRunInSystem, copyRunPath, openRunConfig, openRunOutput,
  filterRuns, clearRunsFilter, sortRuns, refreshRuns, openRunsFolder, runOn,
  // Behind menus, the status bar and buttons; not in the Command Palette.
  compareSelected, useModel, openLiveRun, restoreRuns,
];
