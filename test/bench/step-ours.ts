/**
 * Training steps as `attention-scope train` does them, for the race of step.ts:
 *
 *     step-ours.ts PLAN.json MODEL LEVEL     in a process with the environment of a training
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { loadRuntime } from '../../trainer/engine/runtime.ts';
import { translatorOf } from '../../trainer/models/model.ts';
import type { BatchShape, TrainingGraphOptions } from '../../trainer/models/training-graph.ts';
import { bucketsOf } from '../../trainer/tasks/translation/config.ts';
import type { PairBatch } from '../../trainer/tasks/translation/epoch-plan.ts';
import { keepsFreedMemory } from '../../trainer/training/allocator.ts';
import { padBatch, shapeOf } from '../../trainer/training/batch.ts';
import { BucketedStep, BuiltStep } from '../../trainer/training/bucketed-step.ts';
import { optimize } from '../../trainer/training/optimizer.ts';
import { learningRate } from '../../trainer/training/schedule.ts';
import { TrainingState } from '../../trainer/training/state.ts';
import { answer } from './answer.ts';
import { isLevel, withSessionOptions } from './session-options.ts';
import type { StepPlan } from './step-plan.ts';
import { onnxRuntimeVersion } from './versions.ts';

const requestSchema = z.object({ set: z.enum(['everyBucket', 'equal', 'mixed']), from: z.int(), count: z.int() });

const [file, name, level] = process.argv.slice(2);
if (file === undefined || name === undefined || level === undefined || !isLevel(level)) {
  throw new Error('a plan, a model and a level of optimization are needed');
}
// Written a moment ago by step.ts.
const { config, special, models, sets } = JSON.parse(readFileSync(file, 'utf8')) as StepPlan;
const { training } = config;
const architecture = models[name];
if (architecture === undefined) throw new Error(`the plan has no model ${name}`);
const model = translatorOf(architecture);

const shapes = bucketsOf(config).map(bucket => shapeOf(bucket, training.tokensPerBatch));
const settings = { ...training, guided: 0, arena: !keepsFreedMemory() };
const stepModel = { parameters: model.parameters, buckets: shapes.length, graph: (bucket: number, options: TrainingGraphOptions) => model.training(shapeAt(bucket), options) };
const begin = performance.now();
const built = shapes.map((_, bucket) => BuiltStep.of(stepModel, bucket, settings));
const state = TrainingState.start(model.parameters, training.seed, built.reduce((sum, { scratchBytes }) => sum + scratchBytes, 0));
const runtime = withSessionOptions(await loadRuntime(), { graphOptimizationLevel: level });
const steps: BucketedStep[] = [];
for (const each of built) steps.push(await BucketedStep.load(runtime, each, state, settings));
const loadMilliseconds = performance.now() - begin;

function shapeAt(bucket: number): BatchShape {
  const shape = shapes[bucket];
  if (shape === undefined) throw new RangeError(`no bucket ${bucket}`);
  return shape;
}

async function train({ bucket, pairs }: PairBatch): Promise<void> {
  const step = steps[bucket];
  if (step === undefined) throw new RangeError(`no bucket ${bucket}`);
  const { loss } = await step.run(padBatch(pairs, shapeAt(bucket), special), [training.seed, 'dropout', state.step, 0]);
  const { schedule, optimizer, weightDecay, clipNorm } = training;
  const rate = learningRate(state.step, { rate: training.learningRate, warmup: training.warmupSteps, total: 100_000, schedule });
  optimize(state, rate, { optimizer, weightDecay, clipNorm });
  if (!Number.isFinite(loss)) throw new Error(`the loss of step ${state.step} is no number`);
}

await answer({ version: onnxRuntimeVersion(), parameters: state.parameterCount, loadMilliseconds }, async received => {
  const { set, from, count } = requestSchema.parse(received);
  const times: number[] = [];
  for (const batch of sets[set].slice(from, from + count)) {
    const begin = performance.now();
    await train(batch);
    times.push(performance.now() - begin);
  }
  return times;
});
for (const step of steps) await step.release();
