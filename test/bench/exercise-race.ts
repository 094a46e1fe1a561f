/** One exercise, ours and PyTorch's in turns, each in a process of its own that ends with it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import { sharedPool } from '../../trainer/training/allocator.ts';
import { Contestant } from './contestant.ts';
import { type Exercise, torchPlan } from './exercise.ts';
import type { BenchContext } from './part.ts';
import { inTurns, stopping } from './race.ts';
import type { OptimizationLevel } from './session-options.ts';
import { withTemporaryFolder } from './temporary.ts';
import { startTorches, type Torch } from './torch.ts';

/** Steps before the first that is timed: memory is asked for, caches are filled. */
const warmUp = 3;

/** What a contestant did, once it has ended. */
export interface Raced {
  readonly name: string;
  readonly parameters: number;
  /** Milliseconds of each step. */
  readonly times: readonly number[];
  /** The most memory that its process ever held. */
  readonly peakMegabytes: number;
  readonly loadMilliseconds: number | undefined;
}

/** @param levels of optimization: one contestant of ours each, the first being raced against */
export async function race(
  exercise: Exercise,
  levels: readonly OptimizationLevel[],
  torches: readonly Torch[],
  { runs, print }: BenchContext,
): Promise<readonly Raced[]> {
  return withTemporaryFolder(async folder => {
    const started: Contestant[] = [];
    const run = async (): Promise<readonly Raced[]> => {
      for (const level of levels) started.push(await startOurs(exercise, level, folder));
      const [ours] = started;
      if (ours === undefined) throw new RangeError('a race needs a contestant');
      const plan = join(folder, 'plan.json');
      writeFileSync(plan, JSON.stringify(torchPlan(exercise)));
      started.push(...(await startTorches(torches, 'bench_exercise.py', [plan], ours, print)));
      for (const contestant of started) await contestant.measure({ from: 0, count: warmUp });
      const times = await inTurns(started, runs, (from, count) => ({ from, count }));
      const raced: Raced[] = [];
      for (const contestant of started) {
        const { peakMegabytes } = await contestant.measure({ from: 0, count: 0 });
        await contestant.stop();
        const { parameters, loadMilliseconds } = contestant.ready;
        raced.push({ name: contestant.name, parameters, times: times.get(contestant) ?? [], peakMegabytes, loadMilliseconds });
      }
      return raced;
    };
    return run().catch(stopping(started));
  });
}

/** @param folder where what it trains is written */
export function startOurs(exercise: Exercise, level: OptimizationLevel, folder: string): Promise<Contestant> {
  const file = join(folder, 'exercise.json');
  writeFileSync(file, JSON.stringify(exercise));
  const child = ['--import', 'tsx', underRoot('test/bench/exercise-ours.ts'), file, level];
  return Contestant.start(`our trainer, ${level}`, process.execPath, child, { ...process.env, ...sharedPool });
}
