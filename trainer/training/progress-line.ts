import { durationText } from '../../protocol/quantities.ts';
import type { PreparedTask } from './task.ts';
import type { StepReport } from './trainer.ts';

interface Shown {
  /** Means since the last line. */
  readonly loss: number;
  readonly likelihood: number;
  readonly perSecond: number;
}

/** Sums over tokens or examples. */
interface Sums {
  readonly tokens: number;
  readonly loss: number;
  readonly likelihood: number;
}

/** One line of progress every so often: where the run is, how fast, and how long it will take. */
export class ProgressLine {
  #since = performance.now();
  #started: { readonly at: number; readonly step: number } | undefined;
  #tokens: number;
  #loss: number;
  #likelihood: number;
  /** Of these tokens, those of an earlier attempt. */
  #carried: number;

  constructor(
    private readonly totalSteps: number,
    private readonly epochs: number,
    private readonly unit: PreparedTask['unit'],
    private readonly print: (line: string) => void,
    { tokens, loss, likelihood }: Sums,
  ) {
    this.#tokens = tokens;
    this.#loss = loss;
    this.#likelihood = likelihood;
    this.#carried = tokens;
  }

  /** What the next line will be the means of: kept in a checkpoint, so that a resumed run's line is the same. */
  get sums(): Sums {
    return { tokens: this.#tokens, loss: this.#loss, likelihood: this.#likelihood };
  }

  /** Takes out of the speed what went into something else than steps. */
  pause(milliseconds: number): void {
    this.#since += milliseconds;
  }

  /** Takes out of the time left, too, what was no part of the training. */
  rest(milliseconds: number): void {
    this.pause(milliseconds);
    if (this.#started !== undefined) this.#started = { ...this.#started, at: this.#started.at + milliseconds };
  }

  add({ loss, likelihood, count }: StepReport): void {
    this.#tokens += count;
    this.#loss += loss * count;
    this.#likelihood += likelihood * count;
  }

  show(step: number, epoch: number): Shown {
    const now = performance.now();
    const shown = {
      loss: this.#loss / this.#tokens,
      likelihood: this.#likelihood / this.#tokens,
      perSecond: Math.round(((this.#tokens - this.#carried) / (now - this.#since)) * 1000),
    };
    this.#started ??= { at: now, step };
    const done = step - this.#started.step;
    const left = done === 0 ? '' : `, ${durationText(((now - this.#started.at) / done / 1000) * Math.max(0, this.totalSteps - step))} left`;
    this.print(
      `epoch ${epoch + 1} of ${this.epochs}, step ${step} of ${this.totalSteps}: loss ${shown.loss.toFixed(3)}, ` +
        `${tellLikelihood(shown.likelihood, this.unit)}, ${shown.perSecond} ${this.unit}/s${left}`,
    );
    this.#since = now;
    this.#tokens = 0;
    this.#loss = 0;
    this.#likelihood = 0;
    this.#carried = 0;
    return shown;
  }
}

/** A mean negative log-likelihood as readers know it: of tokens by its exponential, the perplexity. */
export function tellLikelihood(likelihood: number, unit: PreparedTask['unit']): string {
  return unit === 'tokens' ? `perplexity ${Math.exp(likelihood).toFixed(2)}` : `likelihood ${likelihood.toFixed(3)}`;
}
