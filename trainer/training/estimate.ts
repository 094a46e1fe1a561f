/** How long a training will take, and how much memory: its own graphs are built and some of its own batches run. */
import type { EstimateRunResult } from '../../protocol/config.ts';
import { loadRuntime } from '../engine/runtime.ts';
import { elementCount } from '../graph/value.ts';
import { readPart } from './corpus-part.ts';
import type { TrainingConfig } from './config.ts';
import { lengthOf } from './groups.ts';
import { prepareTask } from './prepare-task.ts';
import type { PlannedBatch, PreparedTask } from './task.ts';
import { Trainer } from './trainer.ts';

/** Steps that are measured of each bucket, after one that warms up; and how long that may take in all, in milliseconds. */
const stepsEach = 3;
const mostMilliseconds = 20_000;
/** Batches that are looked at for one of every bucket, where an epoch is planned one batch after the other. */
const mostPlanned = 2000;

export interface EstimatePlaces {
  readonly file: string;
  readonly scratch: string;
}

/**
 * Trains a few steps and forgets them.
 * @param file of the config, beside which its corpora are looked for; `scratch`: an empty folder, which the caller removes
 * @throws Failure as a training does before its first step; AbortError
 */
export async function estimateRun(config: TrainingConfig, { file, scratch }: EstimatePlaces, tell: (doing: string) => void, signal: AbortSignal): Promise<EstimateRunResult> {
  tell('reading the corpus');
  const part = await readPart(config, file, scratch, signal);
  const task = await prepareTask(part.config, file, () => undefined, signal, { runFolder: scratch });
  tell('building the training graphs');
  const trainer = await Trainer.load(await loadRuntime(), task.model, config.training);
  try {
    signal.throwIfAborted();
    tell('measuring steps');
    return await measure(task, trainer, config, part.share, signal);
  } finally {
    await trainer.release();
  }
}

async function measure(task: PreparedTask, trainer: Trainer, { training }: TrainingConfig, share: number, signal: AbortSignal): Promise<EstimateRunResult> {
  const { epochs, accumulate, validateEvery } = training;
  const planned = await batchesOf(task, signal);
  const batches = (task.batchesPerEpoch ?? planned.length) / share;
  const stepsAnEpoch = Math.max(1, Math.ceil(batches / accumulate));
  const steps = stepsAnEpoch * epochs;
  const milliseconds = await millisecondsByBucket(trainer, planned, steps, signal);
  const meanOf = (of: readonly PlannedBatch[]): number => of.reduce((sum, { bucket }) => sum + (milliseconds.get(bucket) ?? 0), 0) / Math.max(1, of.length);
  const secondsAStep = (accumulate * meanOf(planned)) / 1000;
  // A validation runs the same graphs on what is held out; its share of the corpus was not scaled. How long it takes to use the model
  // there (`inspect`) cannot be measured yet: one that has learnt nothing writes far longer texts than it will.
  const heldOut = task.planValidation();
  const secondsAValidation = (heldOut.length * meanOf(heldOut)) / 1000;
  const validations = Math.ceil(steps / validateEvery);
  return {
    secondsAStep,
    steps,
    stepsAnEpoch,
    seconds: steps * secondsAStep + validations * secondsAValidation,
    validations,
    // Kilobytes, whatever the system (getrusage(2), as libuv gives it).
    bytes: process.resourceUsage().maxRSS * 1024,
    parameters: task.model.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    share,
  };
}

/** The batches of the first epoch, or of its beginning. */
async function batchesOf(task: PreparedTask, signal: AbortSignal): Promise<readonly PlannedBatch[]> {
  const epoch = task.planEpoch(0);
  if ('length' in epoch && lengthOf(epoch) > 0) return epoch as readonly PlannedBatch[];
  const batches: PlannedBatch[] = [];
  for await (const batch of epoch) {
    signal.throwIfAborted();
    batches.push(batch);
    if (batches.length === mostPlanned) break;
  }
  return batches;
}

/** The shortest of a few steps of each bucket: what else the machine does at the time is no part of the training. */
async function millisecondsByBucket(trainer: Trainer, planned: readonly PlannedBatch[], steps: number, signal: AbortSignal): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const began = performance.now();
  const buckets = [...new Set(planned.map(({ bucket }) => bucket))].toSorted((one, other) => other - one);
  for (const bucket of buckets) {
    const own = planned.filter(batch => batch.bucket === bucket);
    const times: number[] = [];
    for (let step = 0; step <= stepsEach; step++) {
      signal.throwIfAborted();
      if (step > 1 && performance.now() - began > mostMilliseconds) break;
      const batch = own[step % own.length];
      if (batch === undefined) break;
      const from = performance.now();
      await trainer.step([batch], steps);
      if (step > 0) times.push(performance.now() - from);
    }
    found.set(bucket, Math.min(...times));
  }
  return found;
}
