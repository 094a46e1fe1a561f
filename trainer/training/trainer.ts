/** The steps of a run: a batch's gradients, the optimizer, and the held-out loss. */
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import { Kernels } from '../kernels/kernels.ts';
import { keepsFreedMemory } from './allocator.ts';
import { BucketedStep, BuiltStep, type StepLoss } from './bucketed-step.ts';
import type { CommonTraining } from './common-config.ts';
import { findNonFinite } from './find-non-finite.ts';
import { GradientAccumulator } from './gradient-accumulator.ts';
import { optimize } from './optimizer.ts';
import { learningRate } from './schedule.ts';
import { TrainingState } from './state.ts';
import type { PlannedBatch, StepModel } from './task.ts';

export interface StepReport extends StepLoss {
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Tokens or examples that the losses are means over. */
  readonly count: number;
}

/** What the steps depend on of a config. */
export type TrainerSettings = CommonTraining & { readonly guidedAlignment?: number | undefined };

export class Trainer {
  /** Of the batch that was run last. */
  #lastBucket = 0;

  private constructor(
    readonly state: TrainingState,
    private readonly runtime: Runtime,
    private readonly model: StepModel,
    private readonly steps: readonly BucketedStep[],
    private readonly settings: TrainerSettings,
    private readonly accumulator: GradientAccumulator | undefined,
  ) {}

  /** Builds and loads one graph a bucket. @throws Failure `bad-config` where they need too much memory */
  static async load(runtime: Runtime, model: StepModel, settings: TrainerSettings): Promise<Trainer> {
    const stepSettings = { ...settings, guided: settings.guidedAlignment ?? 0, arena: !keepsFreedMemory() };
    const built = Array.from({ length: model.buckets }, (_, bucket) => BuiltStep.of(model, bucket, stepSettings));
    const scratch = built.reduce((sum, { scratchBytes }) => sum + scratchBytes, 0);
    const accumulators = settings.accumulate > 1 ? GradientAccumulator.bytes(model.parameters) : 0;
    const needed = TrainingState.bytes(model.parameters) + scratch + accumulators;
    if (needed > Kernels.mostBytes) {
      throw new Failure(
        'bad-config',
        `The model and its batches need ${gigabytes(needed)} beside the graphs; at most ${gigabytes(Kernels.mostBytes)} can be had.`,
        'Lower "vocabulary.size", the sizes of "model", the size of a batch or the number of "training.buckets".',
      );
    }
    const state = TrainingState.start(model.parameters, settings.seed, scratch + accumulators);
    const steps: BucketedStep[] = [];
    for (const each of built) steps.push(await BucketedStep.load(runtime, each, state, stepSettings));
    const accumulator = settings.accumulate > 1 ? new GradientAccumulator(state) : undefined;
    return new Trainer(state, runtime, model, steps, settings, accumulator);
  }

  /**
   * One optimizer step on the mean gradient of one or, when gradients are accumulated, several batches.
   * @throws Failure `bad-config` where the loss is no number any more, naming what first was none
   */
  async step(batches: readonly PlannedBatch[], totalSteps: number): Promise<StepReport> {
    const { settings, accumulator, state } = this;
    const { step } = state;
    let count = 0;
    let total = { loss: 0, likelihood: 0 };
    for (const [index, batch] of batches.entries()) {
      const { report, count: counted } = await this.#run(batch, [settings.seed, 'dropout', step, index]);
      if (!Number.isFinite(report.loss)) throw await this.#blowUp(batch.bucket, `The loss is no number any more at step ${step + 1}`);
      accumulator?.add(counted);
      count += counted;
      total = { loss: total.loss + report.loss * counted, likelihood: total.likelihood + report.likelihood * counted };
    }
    accumulator?.finish(count);
    const { schedule, optimizer, clipNorm, weightDecay } = settings;
    const rate = learningRate(step, { rate: settings.learningRate, warmup: settings.warmupSteps, total: totalSteps, schedule });
    const gradientNorm = optimize(state, rate, { optimizer, clipNorm, weightDecay });
    return { loss: total.loss / count, likelihood: total.likelihood / count, gradientNorm, learningRate: rate, count };
  }

  /**
   * Mean negative log-likelihood over held-out batches, nothing dropped.
   * @throws Failure `bad-config` where it is no number; AbortError
   */
  async validate(batches: readonly PlannedBatch[], signal?: AbortSignal): Promise<number> {
    const likelihood = await this.tryToValidate(batches, signal);
    if (Number.isFinite(likelihood)) return likelihood;
    throw await this.#blowUp(this.#lastBucket, `The held-out loss is no number any more after step ${this.state.step}`);
  }

  /** The same, but no number or an infinity where one of the batches gives that. @throws AbortError */
  async tryToValidate(batches: readonly PlannedBatch[], signal?: AbortSignal): Promise<number> {
    let counted = 0;
    let total = 0;
    for (const batch of batches) {
      signal?.throwIfAborted();
      const { report, count } = await this.#run(batch);
      if (!Number.isFinite(report.likelihood)) return report.likelihood;
      counted += count;
      total += report.likelihood * count;
    }
    return total / Math.max(1, counted);
  }

  async release(): Promise<void> {
    for (const step of this.steps) await step.release();
  }

  async #run(planned: PlannedBatch, randomKey?: readonly (string | number)[]): Promise<{ report: StepLoss; count: number }> {
    const batch = planned.pad();
    this.#lastBucket = planned.bucket;
    return { report: await this.#stepOf(planned.bucket).run(batch, randomKey), count: batch.count };
  }

  #stepOf(bucket: number): BucketedStep {
    const step = this.steps[bucket];
    if (step === undefined) throw new Error(`no bucket ${bucket}`);
    return step;
  }

  /** Runs the step that went wrong once more, every value an output. */
  async #blowUp(bucket: number, what: string): Promise<Failure> {
    const { labelSmoothing, dropout, guidedAlignment: guided } = this.settings;
    const { graph, loss } = this.model.graph(bucket, { labelSmoothing, dropout: dropout > 0, guided });
    const place = await findNonFinite(this.runtime, graph, loss, this.#stepOf(bucket).feeds);
    return new Failure(
      'bad-config',
      `${what}${place === undefined ? '' : `: ${place}`}.`,
      'Lower "training.learningRate" or "training.clipNorm" and start again; the last checkpoint is whole.',
    );
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;
