/**
 * Training steps of any model as `attention-scope train` does them, for the races over mechanisms, lengths and batches:
 *
 *     exercise-ours.ts EXERCISE.json LEVEL     in a process with the environment of a training
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { loadRuntime } from '../../trainer/engine/runtime.ts';
import { Trainer } from '../../trainer/training/trainer.ts';
import { answer } from './answer.ts';
import { batchesOf, differentBatches, type Exercise, settings, stepModelOf } from './exercise.ts';
import { isLevel, withSessionOptions } from './session-options.ts';
import { onnxRuntimeVersion } from './versions.ts';

const requestSchema = z.object({ from: z.int(), count: z.int() });

const [file, level] = process.argv.slice(2);
if (file === undefined || level === undefined || !isLevel(level)) throw new Error('an exercise and a level of optimization are needed');
// Written a moment ago by exercise-race.ts.
const exercise = JSON.parse(readFileSync(file, 'utf8')) as Exercise;
const runtime = withSessionOptions(await loadRuntime(), { graphOptimizationLevel: level });
const begin = performance.now();
const trainer = await Trainer.load(runtime, stepModelOf(exercise), settings);
const loadMilliseconds = performance.now() - begin;
const batches = batchesOf(exercise, differentBatches);

await answer({ version: onnxRuntimeVersion(), parameters: trainer.state.parameterCount, loadMilliseconds }, async received => {
  const { from, count } = requestSchema.parse(received);
  const times: number[] = [];
  for (let index = from; index < from + count; index++) {
    const batch = batches[index % batches.length];
    if (batch === undefined) throw new RangeError('no batch');
    const started = performance.now();
    await trainer.step([batch], 100_000);
    times.push(performance.now() - started);
  }
  return times;
});
await trainer.release();
