/** The training loop: steps, validations, checkpoints, and what a run ends with. */
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { loadRuntime } from '../engine/runtime.ts';
import { printableWord } from '../render/printable.ts';
import type { TrainingConfig } from './config.ts';
import { Wishes } from './control.ts';
import { groupsOf, lengthOf } from './groups.ts';
import { Hardware } from './hardware.ts';
import { meanOfCheckpoints } from './mean-of-checkpoints.ts';
import { ProgressLine, tellLikelihood } from './progress-line.ts';
import { type Progress, restoreState, saveState } from './resume.ts';
import { remembered, retained } from './retention.ts';
import type { RunDirectory } from './run-directory.ts';
import type { EndReason } from './run-events.ts';
import type { Inspection, PlannedBatch, PreparedTask, TrainedParameter } from './task.ts';
import { Trainer } from './trainer.ts';

interface Request {
  /** Aborted, the run is saved where it is. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

type Place = Pick<Progress, 'epoch' | 'batch'>;

/** Trains to the end, or until the signal or a wish to stop (control.ts). What goes wrong is told in the run's events too. */
export async function trainRun(config: TrainingConfig, task: PreparedTask, directory: RunDirectory, request: Request): Promise<void> {
  const wishes = new Wishes(directory.path, request.signal);
  let trainer: Trainer | undefined;
  try {
    request.print('building the training graphs …');
    trainer = await Trainer.load(await loadRuntime(), task.model, config.training);
    const begun = await restoreState(directory, trainer.state);
    await new Loop(config, task, directory, { wishes, print: request.print }, trainer, begun).run();
    await trainer.release();
  } catch (thrown) {
    const event = { type: 'failed', message: Failure.from(thrown).message } as const;
    await directory.append(trainer?.state.step ?? 0, event).catch(() => undefined);
    throw thrown;
  } finally {
    await wishes.end();
  }
}

class Loop {
  readonly #totalSteps: number;
  readonly #line: ProgressLine;
  readonly #hardware = new Hardware();
  #progress: Progress;
  /** Where in the run the state is, while no checkpoint holds it. */
  #unsaved: Place | undefined;

  constructor(
    private readonly config: TrainingConfig,
    private readonly task: PreparedTask,
    private readonly directory: RunDirectory,
    private readonly outside: { readonly wishes: Wishes; readonly print: (line: string) => void },
    private readonly trainer: Trainer,
    private readonly begun: Progress,
  ) {
    const { accumulate, epochs } = config.training;
    // Later epochs have a few batches more or less; the schedule needs one number, known from the start.
    const first = task.batchesPerEpoch ?? lengthOf(task.planEpoch(0));
    this.#totalSteps = Math.ceil(first / accumulate) * epochs;
    this.#line = new ProgressLine(this.#totalSteps, epochs, task.unit, outside.print, begun);
    this.#progress = begun;
  }

  async run(): Promise<void> {
    const { directory, begun, trainer } = this;
    const about = { parameters: trainer.state.parameterCount, totalSteps: this.#totalSteps };
    const event = directory.attempt === 1 ? { type: 'started', ...about } as const : { type: 'resumed', fromStep: begun.step, ...about } as const;
    await directory.append(begun.step, event);
    if (begun.step > 0) await directory.finishCheckpoint(begun.step, retained(begun, this.config.training));
    try {
      await this.#end(await this.#train());
    } catch (thrown) {
      if (!(thrown instanceof Error && thrown.name === 'AbortError')) throw thrown;
      await this.#stop();
    }
  }

  /** @returns why nothing more is to be trained. @throws AbortError */
  async #train(): Promise<EndReason> {
    const { training: { epochs, accumulate, validateEvery, patience } } = this.config;
    const { begun, trainer, outside: { wishes: { signal } } } = this;
    // A run may have been stopped within a validation, or killed between the one that ends it and saying so.
    if (begun.step > 0 && begun.step % validateEvery === 0 && !this.#isValidated) await this.#validate(begun);
    const reason = (): EndReason => (this.#progress.epoch < epochs ? 'no-improvement' : 'all-epochs');
    if (begun.averaged || this.#progress.waited >= patience) return reason();
    for (let { epoch } = begun; epoch < epochs; epoch++) {
      let next = epoch === begun.epoch ? begun.batch : 0;
      for await (const batches of groupsOf(this.task.planEpoch(epoch), next, accumulate, signal)) {
        signal.throwIfAborted();
        await this.#step(batches, epoch);
        next += accumulate;
        this.#unsaved = { epoch, batch: next };
        if (trainer.state.step % validateEvery === 0) {
          await this.#validate(this.#unsaved);
          if (this.#progress.waited >= patience) return reason();
        }
        await this.#pauseAsWished();
      }
    }
    if (!this.#isValidated) await this.#validate({ epoch: epochs, batch: 0 });
    return 'all-epochs';
  }

  /** Whether the state is that of a checkpoint that was validated. */
  get #isValidated(): boolean {
    return this.#progress.validated.includes(this.trainer.state.step);
  }

  /** @throws Failure `bad-config` when the loss is no number any more */
  async #step(batches: readonly PlannedBatch[], epoch: number): Promise<void> {
    const report = await this.trainer.step(batches, this.#totalSteps);
    const { step } = this.trainer.state;
    this.#line.add(report);
    if (step % this.config.training.logEvery === 0) {
      const { perSecond: tokensPerSecond, loss, likelihood } = this.#line.show(step, epoch);
      const { gradientNorm, learningRate } = report;
      const means = { loss, likelihood, gradientNorm, learningRate, tokensPerSecond, epoch };
      await this.directory.append(step, { type: 'step', ...means, ...this.#hardware.use() });
    }
  }

  /** Saves and waits, computing nothing, while that is wished. @throws AbortError */
  async #pauseAsWished(): Promise<void> {
    const { outside: { wishes, print }, directory, trainer: { state: { step } } } = this;
    if (!wishes.isToPause()) return;
    const began = performance.now();
    await this.#saveUnsaved();
    await directory.append(step, { type: 'paused' });
    print('Paused and saved.');
    await wishes.untilRun();
    await directory.append(step, { type: 'continued' });
    print('Going on.');
    this.#line.rest(performance.now() - began);
  }

  /**
   * Measures the held-out loss, saves, and keeps what is best.
   * @throws Failure `bad-config` when that loss is no number any more; AbortError
   */
  async #validate({ epoch, batch }: Place, meanOf?: readonly number[]): Promise<void> {
    const { step } = this.trainer.state;
    const began = performance.now();
    const likelihood = await this.trainer.validate(this.task.planValidation(), this.outside.wishes.signal);
    const { best, bestStep, waited } = this.#progress;
    const validated = [...this.#progress.validated, step].slice(-remembered(this.config.training));
    const progress: Progress = { ...this.#line.sums, epoch, batch, step, best, bestStep, waited, validated, averaged: meanOf !== undefined };
    // What the probe finds is told before the checkpoint gets its name: no kill leaves one without its validation.
    await this.#save(progress, async folder => {
      const inspection = await this.task.inspect(folder, this.directory.probeFile(step));
      await this.directory.thinProbes({ step, validateEvery: this.config.training.validateEvery });
      const judged = this.#judged(likelihood, inspection);
      const better = judged < best;
      const found = { best: better ? judged : best, bestStep: better ? step : bestStep, waited: better ? 0 : waited + 1 };
      await this.#report(step, likelihood, inspection, better, meanOf);
      return { ...progress, ...found };
    });
    this.#line.pause(performance.now() - began);
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
    this.outside.print(
      `  held out: ${tellLikelihood(likelihood, this.task.unit)}${own}${best ? ', the best so far' : ''}` +
        // A corpus may hold what would move a terminal's cursor.
        (sample === undefined ? '' : `; “${printableWord(sample.source)}” → “${printableWord(sample.target)}”`),
    );
  }

  /** @param inspect looks at the model in its folder before that gets its name, and may judge it */
  async #save(progress: Progress, inspect?: (folder: string) => Promise<Progress>): Promise<void> {
    const { directory, task, trainer } = this;
    let saved = progress;
    await directory.writeCheckpoint(progress.step, async folder => {
      await task.writeModel(folder, this.#parameters, progress.step);
      if (inspect !== undefined) saved = await inspect(folder);
      await saveState(folder, trainer.state, saved);
    });
    await directory.prune(retained(saved, this.config.training));
    this.#progress = saved;
    this.#unsaved = undefined;
  }

  get #parameters(): TrainedParameter[] {
    return this.trainer.state.parameters.map(({ spec, value }) => ({ spec, data: value.data }));
  }

  /** Saves, unless a checkpoint holds the state already: what is averaged at the end is made again. */
  async #stop(): Promise<void> {
    await this.#saveUnsaved();
    await this.directory.append(this.#progress.step, { type: 'stopped' });
    this.outside.print('Stopped and saved; go on with --resume.');
  }

  async #saveUnsaved(): Promise<void> {
    const { step } = this.trainer.state;
    if (this.#unsaved !== undefined) await this.#save({ ...this.#progress, ...this.#line.sums, ...this.#unsaved, step });
  }

  async #end(reason: EndReason): Promise<void> {
    if (!this.#progress.averaged) await this.#average(reason);
    const { bestStep, best } = this.#progress;
    await this.task.release?.();
    await this.directory.append(this.#progress.step, { type: 'finished', reason, bestStep });
    this.outside.print(`Done: the best of it, ${this.#told(best)}, is ${this.directory.checkpointFolder(bestStep)}`);
  }

  /** Tries the means of the last checkpoints, two, three … of them, as one further checkpoint (Vaswani et al. 2017, section 6.1). */
  async #average(reason: EndReason): Promise<void> {
    const { averageLast, epochs } = this.config.training;
    const { trainer, directory } = this;
    const { epoch, batch, validated } = this.#progress;
    const steps = validated.slice(-averageLast);
    if (steps.length < 2) return;
    this.outside.print(`averaging the last ${steps.length} checkpoints …`);
    const best = await meanOfCheckpoints(directory, steps, trainer.state, () => this.#judgeMean());
    if (best.length === 0) return;
    trainer.state.step++;
    await this.#validate(reason === 'all-epochs' ? { epoch: epochs, batch: 0 } : { epoch, batch }, best);
  }

  /** The same that checkpoints are judged by. @throws AbortError */
  async #judgeMean(): Promise<number> {
    const likelihood = await this.trainer.tryToValidate(this.task.planValidation(), this.outside.wishes.signal);
    if (this.config.training.selectBy === 'likelihood' || !Number.isFinite(likelihood)) return likelihood;
    return this.directory.withScratch(async folder => {
      await this.task.writeModel(folder, this.#parameters, this.trainer.state.step);
      return this.#judged(likelihood, await this.task.inspect(folder, join(folder, 'probe.safetensors')));
    });
  }

  #told(best: number): string {
    return this.config.training.selectBy === 'metric' ? `its measure ${shown(Math.abs(best))}` : tellLikelihood(best, this.task.unit);
  }
}

/** Bits per character need a digit more than percentages. */
const shown = (measure: number): string => measure.toFixed(measure < 10 ? 2 : 1);
