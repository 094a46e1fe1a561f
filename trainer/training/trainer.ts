/** The steps of a run: which batch comes next, its gradients, the optimizer, and validation. */
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import { Kernels } from '../kernels/kernels.ts';
import type { GruTranslatorArchitecture } from '../models/gru-translator.ts';
import { BucketedStep, type StepLoss } from './bucketed-step.ts';
import { padBatch, shapeOf } from './batch.ts';
import { bucketsOf, type TrainingConfig } from './config.ts';
import type { Dataset } from './dataset.ts';
import { type PlannedBatch, type PlanSettings, planValidation } from './epoch-plan.ts';
import { GradientAccumulator } from './gradient-accumulator.ts';
import { optimize } from './optimizer.ts';
import { learningRate } from './schedule.ts';
import { gruStepModel } from './step-model.ts';
import { TrainingState } from './state.ts';
import { keepsFreedMemory } from './allocator.ts';

export const optimizerConstants = { beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } as const;

export interface StepReport extends StepLoss {
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly tokens: number;
}

export class Trainer {
  readonly state: TrainingState;
  readonly #architecture: GruTranslatorArchitecture;
  readonly #steps: readonly BucketedStep[];
  readonly #dataset: Pick<Dataset, 'special' | 'validation'>;
  readonly #config: TrainingConfig;
  readonly #accumulator: GradientAccumulator | undefined;

  private constructor(parts: {
    state: TrainingState;
    architecture: GruTranslatorArchitecture;
    steps: readonly BucketedStep[];
    dataset: Pick<Dataset, 'special' | 'validation'>;
    config: TrainingConfig;
  }) {
    this.state = parts.state;
    this.#architecture = parts.architecture;
    this.#steps = parts.steps;
    this.#dataset = parts.dataset;
    this.#config = parts.config;
    this.#accumulator = parts.config.training.accumulate > 1 ? new GradientAccumulator(parts.state) : undefined;
  }

  /** Builds and loads one graph a bucket; `onLoaded` hears of each. */
  static async load(
    runtime: Runtime,
    dataset: Pick<Dataset, 'special' | 'validation'> & { readonly tokenizer: { readonly size: number } },
    config: TrainingConfig,
    onLoaded: (loaded: number, all: number) => void = () => undefined,
  ): Promise<Trainer> {
    const { training, model } = config;
    const architecture: GruTranslatorArchitecture = { ...model, vocabulary: dataset.tokenizer.size };
    const shapes = bucketsOf(config).map(bucket => shapeOf(bucket, training.tokensPerBatch));
    const stepModel = gruStepModel(architecture);
    const scratch = shapes.reduce((sum, shape) => sum + BucketedStep.scratchBytes(stepModel, shape), 0);
    const accumulators = training.accumulate > 1 ? GradientAccumulator.bytes(stepModel.parameters) : 0;
    const needed = TrainingState.bytes(stepModel.parameters) + scratch + accumulators;
    if (needed > Kernels.mostBytes) {
      throw new Failure(
        'bad-config',
        `The model and its batches need ${gigabytes(needed)} beside the graphs; at most ${gigabytes(Kernels.mostBytes)} can be had.`,
        'Lower "vocabulary.size", the sizes of "model", "training.tokensPerBatch" or the number of "training.buckets".',
      );
    }
    const state = TrainingState.start(stepModel.parameters, training.seed, scratch + accumulators);
    const settings = { ...training, arena: !keepsFreedMemory() };
    const steps: BucketedStep[] = [];
    for (const shape of shapes) {
      steps.push(await BucketedStep.load(runtime, stepModel, shape, state, settings));
      onLoaded(steps.length, shapes.length);
    }
    return new Trainer({ state, architecture, steps, dataset, config });
  }

  get architecture(): GruTranslatorArchitecture {
    return this.#architecture;
  }

  get planSettings(): PlanSettings {
    return planSettingsOf(this.#config);
  }

  /** One optimizer step on the mean gradient of one or, when gradients are accumulated, several batches. */
  async step(batches: readonly PlannedBatch[], totalSteps: number): Promise<StepReport> {
    const { training } = this.#config;
    const { step } = this.state;
    let tokens = 0;
    let total = { loss: 0, likelihood: 0 };
    for (const [index, batch] of batches.entries()) {
      const { report, count } = await this.#run(batch, [training.seed, 'dropout', step, index]);
      this.#accumulator?.add(count);
      tokens += count;
      total = { loss: total.loss + report.loss * count, likelihood: total.likelihood + report.likelihood * count };
    }
    this.#accumulator?.finish(tokens);
    const rate = learningRate(step, { rate: training.learningRate, warmup: training.warmupSteps, total: totalSteps });
    const gradientNorm = optimize(this.state, rate, { ...optimizerConstants, ...training });
    return { loss: total.loss / tokens, likelihood: total.likelihood / tokens, gradientNorm, learningRate: rate, tokens };
  }

  /** Mean negative log-likelihood a token over the held-out pairs, nothing dropped. */
  async validate(): Promise<number> {
    let tokens = 0;
    let total = 0;
    for (const batch of planValidation(this.#dataset.validation, this.planSettings)) {
      const { report, count } = await this.#run(batch);
      tokens += count;
      total += report.likelihood * count;
    }
    return total / Math.max(1, tokens);
  }

  async release(): Promise<void> {
    for (const step of this.#steps) await step.release();
  }

  async #run(
    { bucket, pairs }: PlannedBatch,
    dropoutKey?: readonly (string | number)[],
  ): Promise<{ report: StepLoss; count: number }> {
    const step = this.#steps[bucket];
    if (step === undefined) throw new Error(`no bucket ${bucket}`);
    const batch = padBatch(pairs, step.shape, this.#dataset.special);
    return { report: await step.run(batch, dropoutKey), count: batch.tokens };
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

export function planSettingsOf(config: TrainingConfig): PlanSettings {
  return { ...config.training, buckets: bucketsOf(config) };
}
