/** A run in its directory, as a tree shows it. */
import type { Stats } from 'node:fs';
import { basename, join } from 'node:path';
import type { RunCheckpoint, RunJob, RunSummary } from '../../protocol/runs.ts';
import { jobRecordName, jobRecordOf } from '../cluster/job-record.ts';
import { isThere } from '../files/is-there.ts';
import { configName, originName } from '../launch/origin.ts';
import { requestName } from '../launch/request.ts';
import { findWriter } from '../training/run-lock.ts';
import { bestOf, judgedBy } from './better.ts';
import { type CheckpointSeen, findCheckpoints } from './checkpoints.ts';
import { eventsName, RunFollower } from './follow.ts';
import type { RunFold } from './fold.ts';
import type { KeptSummary } from './kept-summaries.ts';
import { labelName, readLabel, type RunLabel } from './label.ts';
import { namesIn, readSmallJson, statsOf } from './quietly.ts';
import { readRecordSeen, recordName, type RunRecordSeen } from './record.ts';
import type { Curve } from './series.ts';
import { stateOf, type WriterSeen } from './state.ts';
import { isOfSweep, waitsInSweep } from './sweep-member.ts';
import { lowerBound } from './table.ts';

const writerName = 'writer.json';

/**
 * Whether a folder with these names in it is a run's. Between taking its request and writing its record, a run has only its config,
 * where that came from, and its writer; a job of a cluster is none until it begins, unless it is a run of a sweep.
 */
export function isRun(folder: string, names: readonly string[]): boolean {
  if (names.some(name => name === recordName || name === eventsName || name === requestName)) return true;
  return names.includes(configName) && (names.includes(writerName) || (names.includes(originName) && !names.includes(jobRecordName)) || isOfSweep(folder));
}

/** Milliseconds. */
const waits = {
  /** Within which two changes may bear the same time. */
  tick: 5_000,
  /** After which it is looked whether the process that has the writer's id is the writer still. */
  identity: 20_000,
} as const;

/** What it looks like from outside. */
interface Trace {
  readonly folder: string;
  readonly events: string;
  readonly checkpoints: string;
  /** When the last change of its folder was, of its checkpoints, and of all, in milliseconds since 1970. */
  readonly changed: number;
  readonly saved: number;
  readonly modified: number;
}

/** What changes seldom, and is looked at again only then. */
interface Rest {
  readonly names: readonly string[];
  readonly record: RunRecordSeen;
  readonly label: RunLabel;
  readonly job: RunJob | null;
  readonly checkpoints: readonly CheckpointSeen[];
  /** The last of the checkpoints that its events told of in places of their own. */
  readonly told: string;
}

interface KnownWriter {
  readonly seen: WriterSeen;
  /** Of a process of this machine that lived. */
  readonly pid: number | undefined;
  readonly at: number;
}

export class SeenRun {
  readonly folder: string;
  readonly #group: string | undefined;
  readonly #follower: RunFollower;
  #trace: Trace | undefined;
  #rest: Rest | undefined;
  #writer: KnownWriter | undefined;
  #kept: KeptSummary | undefined;
  /** Of a sweep's run that has not begun, whether it waits to. */
  #waits: boolean | undefined;

  /**
   * @param group the folder above it, where that groups runs
   * @param kept what was known of it before
   */
  constructor(folder: string, group: string | undefined, kept?: KeptSummary) {
    this.folder = folder;
    this.#group = group;
    this.#kept = kept;
    this.#follower = new RunFollower(folder, { steps: false });
  }

  /** Whether nothing seems to have happened since it was looked at, nor to the process that writes it. */
  async isUnchanged(): Promise<boolean> {
    if (this.#trace === undefined || stampOf(this.#traceNow()) !== stampOf(this.#trace)) return false;
    if (this.#waits !== undefined && (await waitsInSweep(this.folder)) !== this.#waits) return false;
    const lived = this.#writer?.seen.lives;
    return lived === undefined || (await this.#writerNow())?.lives === lived;
  }

  /** Whether the sweep that it is of decides what it is: by its own files it has not begun. */
  get isUnbegun(): boolean {
    return this.#waits !== undefined;
  }

  /** What can be kept of it: nothing where it is written, or was so lately that the next change might look the same. */
  keep(): KeptSummary | undefined {
    if (this.#kept === undefined || this.#trace === undefined || Date.now() - this.#trace.modified < waits.tick) return undefined;
    return this.#kept;
  }

  /**
   * What there is of it now.
   * @param known the names in its folder, where they were just read
   * @returns undefined where it is a run no longer
   */
  async look(known?: readonly string[]): Promise<RunSummary | undefined> {
    const trace = this.#traceNow();
    if (this.#trace === undefined && this.#kept?.stamp === stampOf(trace)) {
      this.#trace = trace;
      return this.#kept.summary;
    }
    await this.#follower.update();
    const rest = this.#restNow(trace, known);
    if (!isRun(this.folder, rest.names)) return undefined;
    if (!rest.names.includes(writerName)) this.#writer = undefined;
    const writer = rest.names.includes(writerName) ? await this.#writerNow() : undefined;
    this.#waits = this.#follower.fold.last === undefined && writer?.lives !== true && isOfSweep(this.folder) ? await waitsInSweep(this.folder) : undefined;
    const isAsked = rest.names.includes(requestName) || this.#waits === true;
    const summary = this.#summary({ ...rest, fold: this.#follower.fold, writer, isAsked });
    this.#trace = trace;
    this.#rest = rest;
    this.#kept = writer !== undefined || isAsked || this.isUnbegun ? undefined : { stamp: stampOf(trace), summary };
    return summary;
  }

  #restNow(trace: Trace, known: readonly string[] | undefined): Rest {
    const [before, rest] = [this.#trace, this.#rest];
    const isSame = rest !== undefined && before?.folder === trace.folder && Date.now() - trace.changed > waits.tick;
    const { checkpoints } = this.#follower.fold;
    const told = `${checkpoints.size} ${[...checkpoints].at(-1)?.join(' ') ?? ''}`;
    const isSaved = rest !== undefined && before?.checkpoints === trace.checkpoints && rest.told === told && Date.now() - trace.saved > waits.tick;
    const names = isSame ? rest.names : (known ?? namesIn(this.folder));
    const record = isSame ? rest.record : readRecordSeen(this.folder, names);
    return {
      names,
      record,
      label: isSame ? rest.label : names.includes(labelName) ? readLabel(this.folder) : {},
      job: isSame ? rest.job : names.includes(jobRecordName) ? readJob(this.folder) : null,
      checkpoints: isSaved ? rest.checkpoints : findCheckpoints(this.folder, record.isForeign ? checkpoints : undefined),
      told,
    };
  }

  #summary({ fold, record, label, job, checkpoints, writer, isAsked }: Seen): RunSummary {
    const state = stateOf(fold, writer, isAsked);
    const { step, totalSteps } = fold;
    const perStep = state === 'running' ? fold.pace.millisecondsPerStep() : null;
    const validated = [...(fold.series.tables.get('validation')?.columns.keys() ?? [])];
    const metric = judgedBy(validated);
    const curve = metric === undefined ? undefined : fold.series.curve(metric);
    return {
      folder: this.folder,
      format: 'attention-scope',
      name: label.name ?? basename(this.folder),
      experiment: this.#group ?? record.name ?? basename(join(this.folder, '..')),
      tags: label.tags ?? [],
      task: record.task,
      state,
      step: totalSteps === null ? step : Math.min(step, totalSteps),
      totalSteps,
      loss: fold.loss,
      metric: metric === undefined || curve === undefined ? null : lastAndBest(metric, curve),
      secondsLeft: perStep === null || totalSteps === null ? null : Math.max(0, Math.round(((totalSteps - step) * perStep) / 1000)),
      started: record.started ?? timeText(fold.firstTime),
      updated: timeText(fold.lastTime),
      message: state === 'failed' ? fold.message : null,
      job,
      checkpoints: described(checkpoints, fold, curve),
    };
  }

  /** A process that was seen to live is asked by its id; by and by it is looked whether that is another's. */
  async #writerNow(): Promise<WriterSeen | undefined> {
    const known = this.#writer;
    if (known?.pid !== undefined && isThere(known.pid) && performance.now() - known.at < waits.identity) return known.seen;
    const stats = statsOf(join(this.folder, writerName));
    const writer = await findWriter(this.folder);
    this.#writer = undefined;
    if (stats === undefined || writer === undefined) return undefined;
    // Where a file system does not tell when a file was made, this is when it was last touched.
    const tells = stats.birthtimeMs > 0 && stats.birthtimeMs !== stats.ctimeMs;
    const seen = { lives: writer.lives, since: tells ? stats.birthtimeMs : undefined };
    this.#writer = { seen, pid: writer.isHere && writer.lives ? writer.pid : undefined, at: performance.now() };
    return seen;
  }

  #traceNow(): Trace {
    const [folder, events, checkpoints] = [this.folder, join(this.folder, eventsName), join(this.folder, 'checkpoints')].map(statsOf);
    const [changed = 0, written = 0, saved = 0] = [folder, events, checkpoints].map(stats => stats?.mtimeMs ?? 0);
    return {
      folder: textOf(folder), events: textOf(events), checkpoints: textOf(checkpoints),
      changed, saved, modified: Math.max(changed, written, saved),
    };
  }
}

interface Seen {
  readonly fold: RunFold;
  readonly record: RunRecordSeen;
  readonly label: RunLabel;
  readonly job: RunJob | null;
  readonly checkpoints: readonly CheckpointSeen[];
  readonly writer: WriterSeen | undefined;
  readonly isAsked: boolean;
}

/** Of a sweep's runs there is none: one job array trains them all. */
function readJob(folder: string): RunJob | null {
  const found = jobRecordOf(readSmallJson(join(folder, jobRecordName), 1 << 16)?.value);
  return found === undefined ? null : { target: found.target, job: found.job };
}

function lastAndBest(metric: string, { values }: Curve): RunSummary['metric'] {
  const value = values.at(-1);
  const best = bestOf(metric, values);
  if (value === undefined || Number.isNaN(value) || Number.isNaN(best)) return null;
  return { name: metric.replace(/^validation\//, ''), value, best };
}

function described(checkpoints: readonly CheckpointSeen[], fold: RunFold, metric: Curve | undefined): RunCheckpoint[] {
  const best = fold.bestStep();
  const likelihood = fold.series.curve('validation/likelihood');
  return checkpoints.map(checkpoint => ({
    ...checkpoint,
    best: checkpoint.step === best,
    metric: valueAt(metric, checkpoint.step),
    likelihood: valueAt(likelihood, checkpoint.step),
  }));
}

function valueAt(curve: Curve | undefined, step: number): number | null {
  if (curve === undefined) return null;
  const index = lowerBound(curve.steps, step);
  const value = curve.values[index];
  return curve.steps[index] !== step || value === undefined || Number.isNaN(value) ? null : value;
}

export function timeText(time: number): string | null {
  // Beyond it a date cannot be told (ECMA-262, "Time Values and Time Range").
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : null;
}

const stampOf = ({ folder, events, checkpoints }: Trace): string => `${folder} ${events} ${checkpoints}`;

function textOf(stats: Stats | undefined): string {
  return stats === undefined ? '-' : `${stats.ino}.${stats.size}.${stats.mtimeMs}.${stats.ctimeMs}`;
}
