/** What follows from a run's events, taken one after the other (docs/run-directory.md). */
import * as z from 'zod';
import { mostCheckpoints } from './checkpoints.ts';
import { isCount, isRecord, type RunEventLine } from './event.ts';
import { Pace } from './pace.ts';
import { SeriesStore } from './series.ts';
import { put, Table } from './table.ts';

/** The last that was told of the highest attempt. */
export interface LastEvent {
  readonly type: string;
  readonly step: number;
  readonly time: number;
}

export interface FoldOptions {
  /** Whether the curves of the steps are kept too; those of validations are in any case. */
  readonly steps: boolean;
}

/** Checkpoints where our own are, which are looked for in any case. */
const usualPlace = /^checkpoints\/\d{8,15}\/?$/;
const longestPath = 1000;

const count = z.int().min(0);
const finiteOrNull = z.number().nullable();
/** What an index keeps of a fold besides its tables. */
export const foldState = z.object({
  attempt: count,
  hasBegun: z.boolean(),
  isPaused: z.boolean(),
  last: z.object({ type: z.string(), step: count, time: finiteOrNull }).optional(),
  totalSteps: count.nullable(),
  step: count,
  loss: finiteOrNull,
  message: z.string().nullable(),
  firstTime: finiteOrNull,
  lastTime: finiteOrNull,
  passedOver: count,
  leftOut: count,
  bests: z.array(z.tuple([count, count])),
  checkpoints: z.array(z.tuple([count, z.string().max(longestPath)])).max(mostCheckpoints),
  pace: z.object({ steps: z.array(z.number()), times: z.array(z.number()) }),
});
export type FoldState = z.infer<typeof foldState>;

/** What is no curve: the event's own keys. */
const ownKeys: ReadonlySet<string> = new Set(['type', 'attempt', 'step', 'time']);
/** A curve's name is one that people read. */
const longestName = 1000;
/** Validations that were the best so far, the newest of which are remembered. */
const mostBests = 10_000;

export class RunFold {
  readonly #keepsSteps: boolean;
  readonly series: SeriesStore;
  /** Where the lines of samples begin in the file, in the column `offset`; a step may have several. */
  readonly samples: Table;
  readonly pace = new Pace();
  /** Counts starts and resumptions from 1; 0 where nothing was told yet. */
  attempt = 0;
  /** Whether the highest attempt has begun: before that it prepares. */
  hasBegun = false;
  isPaused = false;
  last: LastEvent | undefined;
  totalSteps: number | null = null;
  /** The step gone through last, means of checkpoints left out. */
  step = 0;
  loss: number | null = null;
  /** Why the last attempt failed. */
  message: string | null = null;
  /** Milliseconds since 1970 of the first and the last event that tell it; NaN where none does. */
  firstTime = Number.NaN;
  lastTime = Number.NaN;
  /** Lines that are no events. */
  passedOver = 0;
  /** Values for which there is no room among the curves. */
  leftOut = 0;
  /** Attempt by step of validations that were the best so far. */
  readonly bests = new Map<number, number>();
  /** By step, where a program says its checkpoints are, the newest of those in places of their own. */
  readonly checkpoints = new Map<number, string>();
  /** Names of curves by an event's keys. */
  readonly #names = { train: new Map<string, string>(), validation: new Map<string, string>() };

  constructor({ steps }: FoldOptions, kept?: { readonly series: SeriesStore; readonly samples: Table }) {
    this.#keepsSteps = steps;
    this.series = kept?.series ?? new SeriesStore();
    this.samples = kept?.samples ?? new Table(true);
  }

  /** @param offset of the line in its file */
  add(event: RunEventLine, offset: number): void {
    const { attempt, time } = event;
    if (attempt > this.attempt) this.#begin(attempt);
    if (!Number.isNaN(time)) {
      if (Number.isNaN(this.firstTime)) this.firstTime = time;
      this.lastTime = time;
    }
    if (event.type === 'step') this.#addStep(event);
    else if (event.type === 'validation') this.#addValidation(event);
    else if (event.type === 'sample' && this.samples.hasRoomFor('row')) put(this.samples.column('offset'), this.samples.add(event), offset);
    else if (event.type === 'checkpoint') this.#addCheckpoint(event);
    if (attempt === this.attempt) this.#follow(event);
  }

  /** The step whose checkpoint is the best, by the run's own word. */
  bestStep(): number | undefined {
    let best: number | undefined;
    for (const step of this.bests.keys()) best = best === undefined || step > best ? step : best;
    return best;
  }

  /** All but the tables, for an index. */
  state(): FoldState {
    const { attempt, hasBegun, isPaused, last, totalSteps, step, loss, message, passedOver, leftOut } = this;
    return {
      attempt, hasBegun, isPaused, totalSteps, step, loss, message, passedOver, leftOut,
      last: last && { ...last, time: finite(last.time) },
      firstTime: finite(this.firstTime), lastTime: finite(this.lastTime),
      bests: [...this.bests], checkpoints: [...this.checkpoints], pace: this.pace.toJSON(),
    };
  }

  /** Goes on from where another one's `state` was. */
  restore({ last, firstTime, lastTime, bests, checkpoints, pace, ...rest }: FoldState): void {
    Object.assign(this, rest);
    this.last = last && { ...last, time: last.time ?? Number.NaN };
    this.firstTime = firstTime ?? Number.NaN;
    this.lastTime = lastTime ?? Number.NaN;
    for (const [step, attempt] of bests) this.bests.set(step, attempt);
    for (const [step, path] of checkpoints) this.checkpoints.set(step, path);
    pace.steps.forEach((step, index) => this.pace.add(step, pace.times[index] ?? Number.NaN));
  }

  #begin(attempt: number): void {
    this.attempt = attempt;
    this.hasBegun = false;
    this.isPaused = false;
    this.message = null;
    this.pace.reset();
  }

  #addStep(event: RunEventLine): void {
    if (!this.#keepsSteps) return;
    this.#addNumbers('train', event, event.fields);
  }

  #addValidation(event: RunEventLine): void {
    const { metrics, best, meanOf: _mean, ...own } = event.fields;
    this.#addNumbers('validation', event, isRecord(metrics) ? { ...metrics, ...own } : own);
    const known = this.bests.get(event.step) ?? 0;
    if (event.attempt < known) return;
    if (best === true) this.bests.set(event.step, event.attempt);
    else this.bests.delete(event.step);
    if (this.bests.size <= mostBests) return;
    const [oldest] = this.bests.keys();
    if (oldest !== undefined) this.bests.delete(oldest);
  }

  #addCheckpoint({ step, fields: { folder } }: RunEventLine): void {
    if (typeof folder !== 'string' || folder.length > longestPath || usualPlace.test(folder)) return;
    this.checkpoints.delete(step);
    this.checkpoints.set(step, folder);
    const [oldest] = this.checkpoints.keys();
    if (this.checkpoints.size > mostCheckpoints && oldest !== undefined) this.checkpoints.delete(oldest);
  }

  #addNumbers(name: 'train' | 'validation', event: RunEventLine, fields: Readonly<Record<string, unknown>>): void {
    const table = this.series.table(name);
    const row = table.hasRoomFor('row') ? table.add(event) : undefined;
    for (const key in fields) {
      const value = fields[key];
      if (ownKeys.has(key) || (typeof value !== 'number' && value !== null)) continue;
      const metric = row === undefined ? undefined : this.#nameIn(table, name, key);
      // What JSON has no number for, JavaScript writes as null.
      if (row === undefined || metric === undefined) this.leftOut++;
      else put(table.column(metric), row, value ?? Number.NaN);
    }
  }

  /** @returns undefined where there is no room for a curve of that name */
  #nameIn(table: Table, of: 'train' | 'validation', key: string): string | undefined {
    const known = this.#names[of].get(key);
    if (known !== undefined) return known;
    const name = `${of}/${key}`;
    if (!table.columns.has(name) && (key.length > longestName || !table.hasRoomFor('column'))) return undefined;
    this.#names[of].set(key, name);
    return name;
  }

  #follow({ type, step, time, fields }: RunEventLine): void {
    this.last = { type, step, time };
    switch (type) {
      case 'started':
      case 'resumed':
        this.hasBegun = true;
        if (isCount(fields['totalSteps'])) this.totalSteps = fields['totalSteps'];
        this.step = isCount(fields['fromStep']) ? fields['fromStep'] : step;
        this.pace.reset();
        break;
      case 'step':
        this.hasBegun = true;
        this.isPaused = false;
        this.step = step;
        if ('loss' in fields) this.loss = finite(fields['loss']);
        this.pace.add(step, time);
        break;
      case 'validation':
        if (fields['meanOf'] === undefined) this.step = Math.max(this.step, step);
        break;
      case 'paused':
      case 'continued':
        this.isPaused = type === 'paused';
        this.pace.reset();
        break;
      case 'failed':
        this.message = typeof fields['message'] === 'string' ? fields['message'].slice(0, 10_000) : null;
        break;
    }
  }
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
