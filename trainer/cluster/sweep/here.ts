/** A sweep without a cluster: its runs one after another in this process. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../protocol/failure.ts';
import { writeFileAtomically, writingFailure } from '../../files/atomic.ts';
import { configName, originName, originText } from '../../launch/origin.ts';
import { seatFound } from '../../launch/seats.ts';
import { isFinished, readRunEvents } from '../../training/run-events.ts';
import { lockRun } from '../../training/run-lock.ts';
import { runTraining } from '../../training/train-command.ts';
import { sweepRecordName } from './folder.ts';
import { type Leaderboard, SweepWatcher } from './leaderboard.ts';
import { labelOf, planSweep, type PlannedRun } from './plan.ts';
import { readSweepRecord, sweepRecordText } from './record.ts';
import type { SweepSpec } from './spec.ts';
import { labelText } from './submit.ts';
import { writeLeaderboard } from './table.ts';

export interface SweepHere {
  readonly spec: SweepSpec;
  /** The folder that runs are in; the sweep gets one of its own there. */
  readonly runs: string;
  /** Aborted, the run that is training saves where it is, and no other is begun. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/**
 * Trains what is not finished, and writes the leaderboard. Killed at any instant and asked again, it goes on.
 * @returns the leaderboard; nothing where the signal came first
 * @throws Failure `bad-config`, `bad-argument` where the folder holds another sweep, `no-such-file`, `disk-full`
 */
export async function sweepHere({ spec, runs: parent, signal, print }: SweepHere): Promise<Leaderboard | undefined> {
  const { runs, note } = planSweep(spec);
  if (note !== undefined) print(note);
  const folder = join(parent, spec.name);
  await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
    throw writingFailure(thrown, folder);
  });
  const unlock = await lockRun(folder);
  try {
    // Started by hand it waits for nobody; queues wait for it, whichever of its runs is trained.
    await seatFound([folder]).catch((thrown: unknown) => print(`Queues of other folders do not count this sweep: ${Failure.from(thrown).message}`));
    await makeRuns(folder, spec, runs);
    for (const [index, run] of runs.entries()) {
      if (signal.aborted) break;
      await trainOne(join(folder, run.folder), run, { spec, signal, print, place: `[${index + 1} of ${runs.length}] ${run.folder}` });
    }
    if (signal.aborted) {
      print('Stopped; the same command goes on from here.');
      return undefined;
    }
    const board = await new SweepWatcher(folder).read();
    await writeLeaderboard(folder, board);
    return board;
  } finally {
    await unlock();
  }
}

/** The record comes last: where it is, all runs are. */
async function makeRuns(folder: string, spec: SweepSpec, runs: readonly PlannedRun[]): Promise<void> {
  const text = sweepRecordText(spec, runs);
  if (await exists(join(folder, sweepRecordName))) {
    const known = await readSweepRecord(folder);
    if (`${JSON.stringify(known, undefined, 1)}\n` === text) return;
    throw new Failure('bad-argument', `${folder} was made of another spec or base.`, 'Undo the change, or give the sweep another "name".');
  }
  for (const run of runs) {
    const path = join(folder, run.folder);
    await mkdir(path, { recursive: true });
    await writeFileAtomically(join(path, originName), originText(spec.baseFile));
    await writeFileAtomically(join(path, configName), run.text);
    await writeFileAtomically(join(path, 'label.json'), labelText(run));
  }
  await writeFileAtomically(join(folder, sweepRecordName), text);
}

/** One that fails does so alone. */
async function trainOne(path: string, run: PlannedRun, { spec, signal, print, place }: Omit<SweepHere, 'runs'> & { readonly place: string }): Promise<void> {
  if (isFinished(await readRunEvents(path))) return print(`${place}: trained already`);
  const resume = await exists(join(path, 'checkpoints'));
  print(`${place}: ${labelOf(run) || 'as its base'} …`);
  try {
    await runTraining({ config: join(path, configName), runDirectory: path, origin: spec.baseFile, resume, signal, print: line => print(`  ${line}`) });
  } catch (thrown) {
    print(`${place} failed: ${Failure.from(thrown).message}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
