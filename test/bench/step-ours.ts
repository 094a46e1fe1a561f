/**
 * Training steps as `attention-scope train` does them, for the race of step.ts:
 *
 *     step-ours.ts PLAN.json     in a process with the environment of a training
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { loadRuntime } from '../../trainer/engine/runtime.ts';
import { Trainer } from '../../trainer/training/trainer.ts';
import { answer } from './answer.ts';
import type { StepPlan } from './step-plan.ts';
import { onnxRuntimeVersion } from './versions.ts';

const requestSchema = z.object({
  model: z.literal('gru'),
  set: z.enum(['everyBucket', 'equal', 'mixed']),
  from: z.int(),
  count: z.int(),
});

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('no plan was named');
// Written a moment ago by step.ts.
const plan = JSON.parse(readFileSync(file, 'utf8')) as StepPlan;
const { config, special, sets } = plan;
const trainer = await Trainer.load(await loadRuntime(), { special, validation: [], tokenizer: { size: config.vocabulary.size } }, config);

await answer({ version: onnxRuntimeVersion(), parameters: { gru: trainer.state.parameterCount } }, async received => {
  const { set, from, count } = requestSchema.parse(received);
  const times: number[] = [];
  for (const batch of sets[set].slice(from, from + count)) {
    const begin = performance.now();
    await trainer.step([batch], 100_000);
    times.push(performance.now() - begin);
  }
  return times;
});
await trainer.release();
