/**
 * Where a training step's time goes, by ONNX Runtime's own profiler:
 *
 *     npx tsx test/bench/profile.ts MECHANISM [--runs N] [--level LEVEL]
 *
 * prints the ten costliest kinds of operators with their shares of a run, and what is left between them.
 */
import type { InferenceSession } from 'onnxruntime-node';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadRuntime } from '../../trainer/engine/runtime.ts';
import { Trainer } from '../../trainer/training/trainer.ts';
import { batchesOf, settings, stepModelOf } from './exercise.ts';
import { mechanisms } from './mechanism-list.ts';
import { chosen } from './mechanisms.ts';
import { costsOf, costTable } from './profile-costs.ts';
import { isLevel, withSessionOptions } from './session-options.ts';
import { median } from './statistics.ts';
import { withTemporaryFolder } from './temporary.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '10' }, level: { type: 'string', default: 'disabled' } },
});
const [runs, { level }] = [Number(values.runs), values];
if (positionals.length !== 1 || !isLevel(level) || !Number.isInteger(runs) || runs < 1) {
  throw new Error('one mechanism, a whole number of runs and one of disabled, basic, extended and all were expected');
}
const [exercise] = chosen(mechanisms, { only: positionals });
if (exercise === undefined) throw new Error('no mechanism');

await withTemporaryFolder(async folder => {
  const sessions: InferenceSession[] = [];
  const profiled = { graphOptimizationLevel: level, enableProfiling: true, profileFilePrefix: join(folder, 'profile') };
  const runtime = withSessionOptions(await loadRuntime(), profiled, session => sessions.push(session));
  const trainer = await Trainer.load(runtime, stepModelOf(exercise), settings);
  const times: number[] = [];
  for (const batch of batchesOf(exercise, runs)) {
    const begin = performance.now();
    await trainer.step([batch], 100_000);
    times.push(performance.now() - begin);
  }
  for (const session of sessions) session.endProfiling();
  const events: unknown = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8'));
  console.log(`${exercise.name}, ${level}: ${runs} steps, median ${median(times).toFixed(1)} ms with the profiler on`);
  for (const line of costTable(costsOf(events, runs), 10)) console.log(line);
  await trainer.release();
});
