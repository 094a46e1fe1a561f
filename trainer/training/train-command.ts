/** `attention-scope train`: a config becomes a run directory with a best checkpoint in it. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { loadRuntime } from '../engine/runtime.ts';
import { productRoot } from '../files/root.ts';
import { pairSourceOf, readConfig, type TrainingConfig } from './config.ts';
import { type Dataset, prepareDataset } from './dataset.ts';
import { planEpoch, type PlannedBatch } from './epoch-plan.ts';
import { ProgressLine } from './progress-line.ts';
import { restoreState, type Progress, beginning } from './resume.ts';
import { RunDirectory, type RunRecord } from './run-directory.ts';
import { lockRun } from './run-lock.ts';
import { type StepReport, Trainer, planSettingsOf } from './trainer.ts';
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
  const config = await readConfig(request.config);
  const path = resolve(request.runDirectory ?? join('runs', config.name));
  const source = await pairSourceOf(config, request.config);
  const dataset = await prepareDataset(source, config, request.print);
  const record = await recordOf(config, dataset);
  const directory = request.resume ? await RunDirectory.reopen(path, record) : await RunDirectory.create(path, record);
  const unlock = await lockRun(path, { pid: process.pid, host: hostname() });
  try {
    const runtime = await loadRuntime();
    request.print('building the training graphs …');
    const trainer = await Trainer.load(runtime, dataset, config);
    const progress = request.resume ? await restoreState(directory, trainer.state) : beginning;
    await new Run(config, dataset, trainer, directory, request).from(progress);
    await trainer.release();
  } catch (thrown) {
    await directory.append(0, { type: 'failed', message: Failure.from(thrown).message }).catch(() => undefined);
    throw thrown;
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
    private readonly trainer: Trainer,
    private readonly directory: RunDirectory,
    private readonly request: TrainingRequest,
  ) {
    // Later epochs have a few batches more or less; the schedule needs one number, known from the start.
    const first = planEpoch(dataset.train, 0, planSettingsOf(config)).length;
    this.#totalSteps = Math.ceil(first / config.training.accumulate) * config.training.epochs;
  }

  async from(progress: Progress): Promise<void> {
    const { training } = this.config;
    const { trainer, directory, request } = this;
    this.#progress = progress;
    await directory.append(
      progress.step,
      request.resume
        ? { type: 'resumed', fromStep: progress.step }
        : { type: 'started', parameters: trainer.state.parameterCount, totalSteps: this.#totalSteps },
    );
    const line = new ProgressLine(this.#totalSteps, training.epochs, request.print);
    for (let { epoch } = progress; epoch < training.epochs; epoch++) {
      const batches = planEpoch(this.dataset.train, epoch, trainer.planSettings);
      for (let next = epoch === progress.epoch ? progress.batch : 0; next < batches.length; next += training.accumulate) {
        if (request.signal.aborted) {
          await this.#save({ ...this.#progress, step: trainer.state.step, epoch, batch: next });
          await directory.append(trainer.state.step, { type: 'stopped' });
          request.print('Stopped and saved; go on with --resume.');
          return;
        }
        const report = await this.#step(batches.slice(next, next + training.accumulate), line, epoch);
        if (trainer.state.step % training.validateEvery === 0) {
          await this.#validate({ epoch, batch: next + training.accumulate });
          if (this.#progress.waited >= training.patience) return this.#finish('no-improvement');
        }
        if (!Number.isFinite(report.loss)) {
          throw new Failure('bad-config', `The loss is no number any more at step ${trainer.state.step}.`, 'Lower "training.learningRate" and start again.');
        }
      }
    }
    if (this.#progress.step !== trainer.state.step) await this.#validate({ epoch: training.epochs, batch: 0 });
    await this.#finish('all-epochs');
  }

  async #step(batches: readonly PlannedBatch[], line: ProgressLine, epoch: number): Promise<StepReport> {
    const report = await this.trainer.step(batches, this.#totalSteps);
    const { step } = this.trainer.state;
    line.add(report);
    if (step % this.config.training.logEvery === 0) {
      const { tokensPerSecond, loss, likelihood } = line.show(step, epoch);
      const { gradientNorm, learningRate } = report;
      await this.directory.append(step, { type: 'step', loss, likelihood, gradientNorm, learningRate, tokensPerSecond, epoch });
    }
    return report;
  }

  /** Measures the held-out loss, saves, and keeps what is best. */
  async #validate(place: { readonly epoch: number; readonly batch: number }): Promise<void> {
    const { step } = this.trainer.state;
    const likelihood = await this.trainer.validate();
    const better = likelihood < this.#progress.best;
    const progress: Progress = {
      ...place,
      step,
      best: better ? likelihood : this.#progress.best,
      bestStep: better ? step : this.#progress.bestStep,
      waited: better ? 0 : this.#progress.waited + 1,
    };
    await this.#save(progress);
    const { bleu, samples } = await this.#probe(step);
    await this.directory.append(step, {
      type: 'validation', likelihood, perplexity: Math.exp(likelihood), bleu, best: better,
    });
    for (const sample of samples) await this.directory.append(step, { type: 'sample', ...sample });
    const [sample] = samples;
    this.request.print(
      `  held out: perplexity ${Math.exp(likelihood).toFixed(2)}, BLEU ${bleu.toFixed(1)}${better ? ', the best so far' : ''}` +
        (sample === undefined ? '' : `; “${sample.source}” → “${sample.target}”`),
    );
  }

  async #probe(step: number) {
    const { probeCheckpoint } = await import('./probe.ts');
    return probeCheckpoint(this.directory.checkpointFolder(step), this.directory.probeFile(step), this.dataset.split.validation, this.config.training.threads);
  }

  async #save(progress: Progress): Promise<void> {
    await writeRunCheckpoint(this.directory, this.trainer, this.dataset, this.config, progress);
    await this.directory.append(progress.step, { type: 'checkpoint', folder: this.directory.checkpointFolder(progress.step) });
    await this.directory.prune(progress.step, progress.bestStep);
    this.#progress = progress;
  }

  async #finish(reason: 'all-epochs' | 'no-improvement'): Promise<void> {
    const { bestStep, best } = this.#progress;
    await this.directory.append(this.trainer.state.step, { type: 'finished', reason, bestStep });
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
