/** Trains the runs of a comparison that are not finished yet, one after another. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { writeFileAtomically, writingFailure } from '../files/atomic.ts';
import { runTraining } from '../training/train-command.ts';
import type { PlannedRun } from './plan.ts';
import { readRunState } from './run-state.ts';

export interface TrainPlannedOptions {
  readonly print: (line: string) => void;
  /** Aborted, the run that is training saves where it is, and no other is begun. */
  readonly signal: AbortSignal;
}

/** @returns why runs could not be trained, by their names; the others are finished unless the signal came first */
export async function trainPlanned(runs: readonly PlannedRun[], { print, signal }: TrainPlannedOptions): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>();
  for (const [index, run] of runs.entries()) {
    if (signal.aborted) break;
    const place = `[${index + 1} of ${runs.length}] ${run.name}`;
    const known = await readRunState(run);
    if (known?.isFinished === true) {
      print(`${place}: trained already, ${known.steps} steps`);
      continue;
    }
    print(`${place}: ${known === undefined ? 'training' : `going on after step ${known.steps}`} …`);
    try {
      await writeConfig(run);
      await runTraining({ config: run.configFile, runDirectory: run.folder, resume: known !== undefined, signal, print: line => print(`  ${line}`) });
    } catch (thrown) {
      const failure = Failure.from(thrown);
      failures.set(run.name, failure);
      print(`${place} failed: ${failure.message}`);
    }
  }
  return failures;
}

async function writeConfig({ config, configFile }: PlannedRun): Promise<void> {
  await mkdir(dirname(configFile), { recursive: true }).catch((thrown: unknown) => {
    throw writingFailure(thrown, configFile);
  });
  await writeFileAtomically(configFile, `${JSON.stringify(config, undefined, 2)}\n`);
}
