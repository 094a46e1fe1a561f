/** A log of another program, as a tree shows it. */
import { basename, dirname, join } from 'node:path';
import type { RunFormat, RunState, RunSummary } from '../../protocol/runs.ts';
import { Failure } from '../../protocol/failure.ts';
import { bestOf } from './better.ts';
import { filesOfLog } from './logs/log-files.ts';
import { findLog, readLog } from './logs/open-log.ts';
import { namesIn, statsOf } from './quietly.ts';
import { timeText } from './seen-run.ts';
import type { LogRun } from './series.ts';

/** Milliseconds without a change after which nobody is thought to write it. */
const quiet = 60_000;
/** Of a checkpoint, whose sizes are added up. */
const mostFiles = 200;

export class SeenLog {
  readonly folder: string;
  readonly #group: string | undefined;
  #stamp = '';
  #state: RunState | undefined;
  /** Undefined within: it is no log. */
  #read: { readonly format: RunFormat; readonly log: LogRun } | undefined;

  constructor(folder: string, group: string | undefined) {
    this.folder = folder;
    this.#group = group;
  }

  /** As it was when it was looked at last; undefined where it is no log. */
  get log(): LogRun | undefined {
    return this.#read?.log;
  }

  async isUnchanged(): Promise<boolean> {
    const { stamp, modified } = await traceOf(this.folder);
    return this.#stamp !== '' && stamp === this.#stamp && (this.#state !== 'running' || isWritten(modified));
  }

  /** @returns undefined where it is no log */
  async look(signal: AbortSignal): Promise<RunSummary | undefined> {
    const { stamp, modified } = await traceOf(this.folder);
    if (stamp !== this.#stamp) {
      this.#read = await readQuietly(this.folder, signal);
      this.#stamp = stamp;
    }
    return this.#read && this.#summary(this.#read.format, this.#read.log, modified);
  }

  #summary(format: RunFormat, log: LogRun, modified: number): RunSummary {
    const last = (name: string | null): number | undefined => (name === null ? undefined : log.series.curve(name)?.values.findLast(Number.isFinite));
    const value = last(log.metric);
    this.#state = stateOfLog(log, modified);
    return {
      folder: this.folder,
      format,
      name: basename(this.folder),
      experiment: this.#group ?? basename(dirname(this.folder)),
      tags: [],
      task: null,
      state: this.#state,
      step: lastStep(log),
      totalSteps: log.totalSteps,
      loss: last(log.loss) ?? null,
      metric: log.metric === null || value === undefined ? null : { name: log.metric, value, best: bestOf(log.metric, log.series.curve(log.metric)?.values ?? []) },
      secondsLeft: null,
      started: log.started === null ? null : timeText(log.started),
      updated: timeText(log.updated ?? modified),
      message: null,
      job: null,
      checkpoints: log.checkpoints.map(({ step, folder }) => ({ step, folder, bytes: bytesIn(folder), best: false, metric: null, likelihood: null })),
    };
  }
}

const isWritten = (modified: number): boolean => Date.now() - modified < quiet;

function stateOfLog({ isFinished }: LogRun, modified: number): RunState {
  if (isFinished === true) return 'finished';
  if (isWritten(modified)) return 'running';
  return isFinished === false ? 'interrupted' : 'finished';
}

function lastStep({ series }: LogRun): number {
  return Math.max(0, ...[...series.tables.values()].map(table => table.settle().steps.view().at(-1) ?? 0));
}

async function readQuietly(path: string, signal: AbortSignal): Promise<{ format: RunFormat; log: LogRun } | undefined> {
  const format = await findLog(path);
  if (format === undefined) return undefined;
  try {
    return { format, log: await readLog(path, signal) };
  } catch (thrown) {
    // A log that cannot be read is none, until it changes.
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}

function bytesIn(folder: string): number {
  return namesIn(folder).slice(0, mostFiles).reduce((sum, name) => sum + (statsOf(join(folder, name))?.size ?? 0), 0);
}

/** What its files look like from outside, its folder too since checkpoints come and go there, and when the last of the files changed. */
async function traceOf(path: string): Promise<{ readonly stamp: string; readonly modified: number }> {
  const files = (await filesOfLog(path)).flatMap(file => {
    const stats = statsOf(file);
    return stats === undefined ? [] : [{ file, stats }];
  });
  const folder = statsOf(path);
  return {
    stamp: [`${folder?.ino} ${folder?.mtimeMs}`, ...files.map(({ file, stats }) => `${file} ${stats.ino} ${stats.size} ${stats.mtimeMs}`)].join('\n'),
    modified: files.reduce((latest, { stats }) => Math.max(latest, stats.mtimeMs), 0),
  };
}
