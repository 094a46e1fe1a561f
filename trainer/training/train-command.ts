/** `attention-scope train`: a config becomes a run directory with a best checkpoint in it. */
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { loadRuntime } from '../engine/runtime.ts';
import { productRoot } from '../files/root.ts';
import { readConfig, type TrainingConfig } from './config.ts';
import type { Fold } from './fold.ts';
import { meanOfCheckpoints } from './mean-of-checkpoints.ts';
import { prepareTask } from './prepare-task.ts';
import { printableWord } from '../render/printable.ts';
import { ProgressLine } from './progress-line.ts';
import { beginning, type Progress, restoreState, saveState } from './resume.ts';
import { enterRun, RunDirectory, type RunRecord } from './run-directory.ts';
import { lockRun } from './run-lock.ts';
import type { Inspection, PlannedBatch, PreparedTask } from './task.ts';
import { Trainer } from './trainer.ts';

export interface TrainingRequest {
  /** Path of the config. */
  readonly config: string;
  /** Where the run is written; `runs/<name>` by default. */
  readonly runDirectory: string | undefined;
  readonly resume: boolean;
  /** What validates instead of what the config says. */
  readonly fold?: Fold;
  /** Aborted, training saves where it is and returns. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/**
 * Trains to the end, or until the signal.
 * @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `bad-argument`, `disk-full`
 */
export async function runTraining(request: TrainingRequest): Promise<void> {
  const { print, signal, resume } = request;
  const config = await readConfig(request.config);
  const path = resolve(request.runDirectory ?? join('runs', config.name));
  await enterRun(path, resume);
  const unlock = await lockRun(path);
  try {
    await enterRun(path, resume); // once more: whom we waited for may have begun a run
    const task = await prepareTask(config, request.config, print, signal, { runFolder: path, fold: request.fold });
    const directory = await RunDirectory.open(path, await recordOf(config, task, request.fold));
    if (directory.changedRuntime !== undefined) {
      const { from, to } = directory.changedRuntime;
      print(`The run was started with ONNX Runtime ${from} and goes on with ${to}: losses may differ from an unbroken run's.`);
    }
    await new Run(config, task, directory, request).toTheEnd();
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.name === 'AbortError')) throw thrown;
    print('Stopped before training began.');
  } finally {
    await unlock();
  }
}

class Run {
  #progress: Progress = beginning;
  readonly #totalSteps: number;

  constructor(
    private readonly config: TrainingConfig,
    private readonly task: PreparedTask,
    private readonly directory: RunDirectory,
    private readonly request: TrainingRequest,
  ) {
    // Later epochs have a few batches more or less; the schedule needs one number, known from the start.
    const first = task.batchesPerEpoch ?? lengthOf(task.planEpoch(0));
    this.#totalSteps = Math.ceil(first / config.training.accumulate) * config.training.epochs;
  }

  async toTheEnd(): Promise<void> {
    let trainer: Trainer | undefined;
    try {
      this.request.print('building the training graphs …');
      trainer = await Trainer.load(await loadRuntime(), this.task.model, this.config.training);
      this.#progress = await restoreState(this.directory, trainer.state);
      await this.#train(trainer);
      await trainer.release();
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'AbortError') return await this.#stoppedEarly();
      const event = { type: 'failed', message: Failure.from(thrown).message } as const;
      await this.directory.append(trainer?.state.step ?? 0, event).catch(() => undefined);
      throw thrown;
    }
  }

  /** Stopped while it looked for its place in an epoch: nothing was trained, so there is nothing to save. */
  async #stoppedEarly(): Promise<void> {
    await this.directory.append(this.#progress.step, { type: 'stopped' });
    this.request.print('Stopped; go on with --resume.');
  }

  async #train(trainer: Trainer): Promise<void> {
    const { training } = this.config;
    const { directory, request } = this;
    const begun = this.#progress;
    const about = { parameters: trainer.state.parameterCount, totalSteps: this.#totalSteps };
    await directory.append(
      begun.step,
      directory.attempt === 1 ? { type: 'started', ...about } : { type: 'resumed', fromStep: begun.step, ...about },
    );
    // A run may have been killed between the validation that ends it and saying so.
    const line = new ProgressLine(this.#totalSteps, training.epochs, this.task.unit, request.print, begun);
    if (begun.waited >= training.patience) return this.#end(trainer, line, 'no-improvement');
    for (let { epoch } = begun; epoch < training.epochs; epoch++) {
      let next = epoch === begun.epoch ? begun.batch : 0;
      for await (const batches of groupsOf(this.task.planEpoch(epoch), next, training.accumulate, request.signal)) {
        if (request.signal.aborted) {
          await this.#save(trainer, { ...this.#progress, ...line.sums, step: trainer.state.step, epoch, batch: next });
          await directory.append(trainer.state.step, { type: 'stopped' });
          request.print('Stopped and saved; go on with --resume.');
          return;
        }
        await this.#step(trainer, batches, line, epoch);
        next += training.accumulate;
        if (trainer.state.step % training.validateEvery === 0) {
          await this.#validate(trainer, { epoch, batch: next }, line);
          if (this.#progress.waited >= training.patience) return this.#end(trainer, line, 'no-improvement');
        }
      }
    }
    if (this.#progress.step !== trainer.state.step) await this.#validate(trainer, { epoch: training.epochs, batch: 0 }, line);
    await this.#end(trainer, line, 'all-epochs');
  }

  /** @throws Failure `bad-config` when the loss is no number any more */
  async #step(trainer: Trainer, batches: readonly PlannedBatch[], line: ProgressLine, epoch: number): Promise<void> {
    const report = await trainer.step(batches, this.#totalSteps);
    const { step } = trainer.state;
    line.add(report);
    if (step % this.config.training.logEvery === 0) {
      const { perSecond, loss, likelihood } = line.show(step, epoch);
      const { gradientNorm, learningRate } = report;
      await this.directory.append(step, { type: 'step', loss, likelihood, gradientNorm, learningRate, tokensPerSecond: perSecond, epoch });
    }
  }

  /** Measures the held-out loss, saves, and keeps what is best. */
  async #validate(
    trainer: Trainer,
    place: { readonly epoch: number; readonly batch: number },
    line: ProgressLine,
    meanOf?: readonly number[],
  ): Promise<void> {
    const began = performance.now();
    const { step } = trainer.state;
    const likelihood = await trainer.validate(this.task.planValidation());
    const { best, bestStep, waited } = this.#progress;
    const progress: Progress = { ...place, ...line.sums, step, best, bestStep, waited, averaged: meanOf !== undefined };
    // What the probe finds is told before the checkpoint gets its name: no kill leaves one without its validation.
    await this.#save(trainer, progress, async folder => {
      const inspection = await this.task.inspect(folder, this.directory.probeFile(step));
      const judged = this.#judged(likelihood, inspection);
      const better = judged < best;
      const found = { best: better ? judged : best, bestStep: better ? step : bestStep, waited: better ? 0 : waited + 1 };
      await this.#report(step, likelihood, inspection, better, meanOf);
      return { ...progress, ...found };
    });
    line.pause(performance.now() - began);
  }

  /** What checkpoints are compared by; smaller is better. */
  #judged(likelihood: number, { metrics, better }: Inspection): number {
    const [metric] = Object.values(metrics);
    return this.config.training.selectBy === 'metric' && metric !== undefined ? (better === 'lower' ? metric : -metric) : likelihood;
  }

  async #report(step: number, likelihood: number, { metrics, samples }: Inspection, best: boolean, meanOf?: readonly number[]): Promise<void> {
    const perplexity = Math.exp(likelihood);
    await this.directory.append(step, { type: 'validation', likelihood, perplexity, metrics, best, ...(meanOf && { meanOf }) });
    for (const sample of samples) await this.directory.append(step, { type: 'sample', ...sample });
    const [sample] = samples;
    const own = Object.entries(metrics).map(([name, value]) => `, ${name} ${shown(value)}`).join('');
    this.request.print(
      `  held out: perplexity ${perplexity.toFixed(2)}${own}${best ? ', the best so far' : ''}` +
        // A corpus may hold what would move a terminal's cursor.
        (sample === undefined ? '' : `; “${printableWord(sample.source)}” → “${printableWord(sample.target)}”`),
    );
  }

  /** @param inspect looks at the model in its folder before that gets its name, and may judge it */
  async #save(trainer: Trainer, progress: Progress, inspect?: (folder: string) => Promise<Progress>): Promise<void> {
    const { directory, task } = this;
    const parameters = trainer.state.parameters.map(({ spec, value }) => ({ spec, data: value.data }));
    let saved = progress;
    await directory.writeCheckpoint(progress.step, async folder => {
      await task.writeModel(folder, parameters, progress.step);
      if (inspect !== undefined) saved = await inspect(folder);
      await saveState(folder, trainer.state, saved);
    });
    await directory.append(progress.step, { type: 'checkpoint', folder: relative(directory.path, directory.checkpointFolder(progress.step)) });
    await directory.prune(this.config.training.averageLast, saved.bestStep);
    this.#progress = saved;
  }

  async #end(trainer: Trainer, line: ProgressLine, reason: 'all-epochs' | 'no-improvement'): Promise<void> {
    if (!this.#progress.averaged) await this.#average(trainer, line);
    await this.#finish(trainer, reason);
  }

  /** Tries the means of the last checkpoints, two, three … of them, as one further checkpoint (Vaswani et al. 2017, section 6.1). */
  async #average(trainer: Trainer, line: ProgressLine): Promise<void> {
    const steps = (await this.directory.checkpoints()).slice(-this.config.training.averageLast);
    if (steps.length < 2) return;
    this.request.print(`averaging the last ${steps.length} checkpoints …`);
    const validation = this.task.planValidation();
    const best = await meanOfCheckpoints(this.directory, steps, trainer.state, () => trainer.validate(validation));
    trainer.state.step++;
    await this.#validate(trainer, { epoch: this.#progress.epoch, batch: this.#progress.batch }, line, best);
  }

  async #finish(trainer: Trainer, reason: 'all-epochs' | 'no-improvement'): Promise<void> {
    const { bestStep, best } = this.#progress;
    await this.directory.append(trainer.state.step, { type: 'finished', reason, bestStep });
    await this.task.release?.();
    this.request.print(
      `Done: the best of it, ${this.#told(best)}, is ${this.directory.checkpointFolder(bestStep)}`,
    );
  }

  #told(best: number): string {
    return this.config.training.selectBy === 'metric' ? `its measure ${shown(Math.abs(best))}` : `perplexity ${Math.exp(best).toFixed(2)}`;
  }
}

/** Bits per character need a digit more than percentages. */
const shown = (measure: number): string => measure.toFixed(measure < 10 ? 2 : 1);

async function recordOf(config: TrainingConfig, task: PreparedTask, fold: Fold | undefined): Promise<RunRecord> {
  const version = async (folder: string): Promise<string> => {
    const text = await readFile(join(productRoot, folder, 'package.json'), 'utf8').catch(() => '{}');
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && 'version' in json ? String(json.version) : 'unknown';
  };
  return {
    format: 'attention-scope-run',
    formatVersion: 1,
    config,
    dataHash: task.hash,
    ...(fold && { fold }),
    versions: {
      attentionScope: await version('.'),
      onnxruntime: await version('node_modules/onnxruntime-node'),
      node: process.version,
    },
    threads: config.training.threads,
    started: new Date().toISOString(),
  };
}

function lengthOf(planned: readonly PlannedBatch[] | AsyncIterable<PlannedBatch>): number {
  if ('length' in planned) return planned.length;
  throw new Error('a task that does not plan its batches all at once says how many there are');
}

/** Batches from the `first` on, so many at a time; the last group may have fewer. @throws AbortError before the first */
async function* groupsOf(
  planned: readonly PlannedBatch[] | AsyncIterable<PlannedBatch>,
  first: number,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<PlannedBatch[], void, undefined> {
  let group: PlannedBatch[] = [];
  let index = 0;
  for await (const batch of planned) {
    if (index++ < first) {
      signal.throwIfAborted();
      continue;
    }
    group.push(batch);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
