/** `attention-scope train`: a config becomes a run directory with a best checkpoint in it. */
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { loadRuntime } from '../engine/runtime.ts';
import { productRoot } from '../files/root.ts';
import { pairSourceOf, readConfig, type TrainingConfig } from './config.ts';
import { type Dataset, prepareDataset } from './dataset.ts';
import { planEpoch, type PlannedBatch } from './epoch-plan.ts';
import type { ProbeReport } from './probe.ts';
import { printableWord } from '../render/printable.ts';
import { ProgressLine } from './progress-line.ts';
import { beginning, type Progress, restoreState } from './resume.ts';
import { enterRun, RunDirectory, type RunRecord } from './run-directory.ts';
import { lockRun } from './run-lock.ts';
import { planSettingsOf, Trainer } from './trainer.ts';
import { writeRunCheckpoint } from './write-checkpoint.ts';

export interface TrainingRequest {
  /** Path of the config. */
  readonly config: string;
  /** Where the run is written; `runs/<name>` by default. */
  readonly runDirectory: string | undefined;
  readonly resume: boolean;
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
  const source = await pairSourceOf(config, request.config);
  await enterRun(path, resume);
  const unlock = await lockRun(path);
  try {
    await enterRun(path, resume); // once more: whom we waited for may have begun a run
    const dataset = await prepareDataset(source, config, print, signal);
    const directory = await RunDirectory.open(path, await recordOf(config, dataset));
    if (directory.changedRuntime !== undefined) {
      const { from, to } = directory.changedRuntime;
      print(`The run was started with ONNX Runtime ${from} and goes on with ${to}: losses may differ from an unbroken run's.`);
    }
    await new Run(config, dataset, directory, request).toTheEnd();
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
    private readonly dataset: Dataset,
    private readonly directory: RunDirectory,
    private readonly request: TrainingRequest,
  ) {
    // Later epochs have a few batches more or less; the schedule needs one number, known from the start.
    const first = planEpoch(dataset.train, 0, planSettingsOf(config)).length;
    this.#totalSteps = Math.ceil(first / config.training.accumulate) * config.training.epochs;
  }

  async toTheEnd(): Promise<void> {
    let trainer: Trainer | undefined;
    try {
      this.request.print('building the training graphs …');
      trainer = await Trainer.load(await loadRuntime(), this.dataset, this.config);
      this.#progress = await restoreState(this.directory, trainer.state);
      await this.#train(trainer);
      await trainer.release();
    } catch (thrown) {
      const event = { type: 'failed', message: Failure.from(thrown).message } as const;
      await this.directory.append(trainer?.state.step ?? 0, event).catch(() => undefined);
      throw thrown;
    }
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
    if (begun.waited >= training.patience) return this.#finish(trainer, 'no-improvement');
    const line = new ProgressLine(this.#totalSteps, training.epochs, request.print, begun);
    for (let { epoch } = begun; epoch < training.epochs; epoch++) {
      const batches = planEpoch(this.dataset.train, epoch, trainer.planSettings);
      for (let next = epoch === begun.epoch ? begun.batch : 0; next < batches.length; next += training.accumulate) {
        if (request.signal.aborted) {
          await this.#save(trainer, { ...this.#progress, ...line.sums, step: trainer.state.step, epoch, batch: next });
          await directory.append(trainer.state.step, { type: 'stopped' });
          request.print('Stopped and saved; go on with --resume.');
          return;
        }
        await this.#step(trainer, batches.slice(next, next + training.accumulate), line, epoch);
        if (trainer.state.step % training.validateEvery === 0) {
          await this.#validate(trainer, { epoch, batch: next + training.accumulate }, line);
          if (this.#progress.waited >= training.patience) return this.#finish(trainer, 'no-improvement');
        }
      }
    }
    if (this.#progress.step !== trainer.state.step) await this.#validate(trainer, { epoch: training.epochs, batch: 0 }, line);
    await this.#finish(trainer, 'all-epochs');
  }

  /** @throws Failure `bad-config` when the loss is no number any more */
  async #step(trainer: Trainer, batches: readonly PlannedBatch[], line: ProgressLine, epoch: number): Promise<void> {
    const report = await trainer.step(batches, this.#totalSteps);
    const { step } = trainer.state;
    if (!Number.isFinite(report.loss)) {
      throw new Failure('bad-config', `The loss is no number any more at step ${step}.`, 'Lower "training.learningRate" and start again.');
    }
    line.add(report);
    if (step % this.config.training.logEvery === 0) {
      const { tokensPerSecond, loss, likelihood } = line.show(step, epoch);
      const { gradientNorm, learningRate } = report;
      await this.directory.append(step, { type: 'step', loss, likelihood, gradientNorm, learningRate, tokensPerSecond, epoch });
    }
  }

  /** Measures the held-out loss, saves, and keeps what is best. */
  async #validate(
    trainer: Trainer,
    place: { readonly epoch: number; readonly batch: number },
    line: ProgressLine,
  ): Promise<void> {
    const began = performance.now();
    const { step } = trainer.state;
    const likelihood = await trainer.validate();
    const better = likelihood < this.#progress.best;
    const progress: Progress = {
      ...place,
      ...line.sums,
      step,
      best: better ? likelihood : this.#progress.best,
      bestStep: better ? step : this.#progress.bestStep,
      waited: better ? 0 : this.#progress.waited + 1,
    };
    // What the probe finds is told before the checkpoint gets its name: no kill leaves one without its validation.
    await this.#save(trainer, progress, async folder => {
      const { bleu, samples } = await this.#probe(folder, step);
      const perplexity = Math.exp(likelihood);
      await this.directory.append(step, { type: 'validation', likelihood, perplexity, bleu, best: better });
      for (const sample of samples) await this.directory.append(step, { type: 'sample', ...sample });
      const [sample] = samples;
      this.request.print(
        `  held out: perplexity ${perplexity.toFixed(2)}, BLEU ${bleu.toFixed(1)}${better ? ', the best so far' : ''}` +
          // A corpus may hold what would move a terminal's cursor.
          (sample === undefined ? '' : `; “${printableWord(sample.source)}” → “${printableWord(sample.target)}”`),
      );
    });
    line.pause(performance.now() - began);
  }

  async #probe(folder: string, step: number): Promise<ProbeReport> {
    const { probeCheckpoint } = await import('./probe.ts');
    return probeCheckpoint(folder, this.directory.probeFile(step), this.dataset.split.validation, this.config.training.threads);
  }

  async #save(trainer: Trainer, progress: Progress, inspect?: (folder: string) => Promise<void>): Promise<void> {
    const { directory } = this;
    await writeRunCheckpoint(directory, trainer, this.dataset, this.config, progress, inspect);
    await directory.append(progress.step, { type: 'checkpoint', folder: relative(directory.path, directory.checkpointFolder(progress.step)) });
    await directory.prune(progress.step, progress.bestStep);
    this.#progress = progress;
  }

  async #finish(trainer: Trainer, reason: 'all-epochs' | 'no-improvement'): Promise<void> {
    const { bestStep, best } = this.#progress;
    await this.directory.append(trainer.state.step, { type: 'finished', reason, bestStep });
    this.request.print(
      `Done: the best of it, perplexity ${Math.exp(best).toFixed(2)}, is ${this.directory.checkpointFolder(bestStep)}`,
    );
  }
}

async function recordOf(config: TrainingConfig, dataset: Dataset): Promise<RunRecord> {
  const version = async (folder: string): Promise<string> => {
    const text = await readFile(join(productRoot, folder, 'package.json'), 'utf8').catch(() => '{}');
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && 'version' in json ? String(json.version) : 'unknown';
  };
  return {
    format: 'attention-scope-run',
    formatVersion: 1,
    config,
    dataHash: dataset.hash,
    versions: {
      attentionScope: await version('.'),
      onnxruntime: await version('node_modules/onnxruntime-node'),
      node: process.version,
    },
    threads: config.training.threads,
    started: new Date().toISOString(),
  };
}
