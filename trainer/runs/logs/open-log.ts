/** Logs of other programs, read as runs, without Python and without a server. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { RunFormat } from '../../../protocol/runs.ts';
import { Failure } from '../../../protocol/failure.ts';
import { errnoOf } from '../../files/errno.ts';
import type { LogRun } from '../series.ts';
import { findEventFiles } from './event-files.ts';
import { EventLog } from './event-log.ts';
import { stateName, tableNames } from './log-names.ts';
import { judgedBy, lossOf } from './roles.ts';
import { readHparams } from './settings.ts';
import { findTextLog, readTextLog, type TextLog } from './text-logs.ts';
import { findTrainerState, readTrainerState } from './trainer-state.ts';

/** What a path is as a log, and which file tells it; event files are looked for anew. */
type Found = { readonly format: 'tensorboard'; readonly folder: string } | { readonly format: 'trainer-state' | TextLog; readonly file: string };

/** Which log a file or folder is; undefined where it is none, a run of our own format, or cannot be read. */
export async function findLog(path: string): Promise<RunFormat | undefined> {
  return (await find(resolve(path)).catch(() => undefined))?.format;
}

async function find(path: string): Promise<Found | undefined> {
  if ((await stat(path)).isFile()) {
    if (basename(path) === stateName) return { format: 'trainer-state', file: path };
    const format = await findTextLog(path);
    return format && { format, file: path };
  }
  const names = await readdir(path);
  if (names.includes('run.json')) return undefined;
  if ((await findEventFiles(path)).length > 0) return { format: 'tensorboard', folder: path };
  const state = await findTrainerState(path);
  if (state !== undefined) return { format: 'trainer-state', file: state };
  for (const name of tableNames.filter(one => names.includes(one))) {
    const format = await findTextLog(join(path, name));
    if (format !== undefined) return { format, file: join(path, name) };
  }
  return undefined;
}

/**
 * Reads a log whole; what it gave for the same path before may change with it.
 * @throws Failure `no-such-file`; `bad-argument` where it is no log that is read; `bad-corpus` where its text is broken from the
 * beginning; AbortError
 */
export async function readLog(path: string, signal: AbortSignal): Promise<LogRun> {
  try {
    const found = await find(resolve(path));
    if (found === undefined) {
      const expected = 'TensorBoard’s event files, a trainer_state.json, or a .csv or .jsonl file with a column step or epoch and numbers beside it';
      throw new Failure('bad-argument', `${path} is no log that is read here; expected ${expected}.`, 'Choose another file or folder.');
    }
    if (found.format === 'trainer-state') return await readTrainerState(found.file);
    return await (found.format === 'tensorboard' ? readEvents(found.folder, signal) : readText(found.file, found.format, signal));
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code === undefined || thrown instanceof Failure) throw thrown;
    throw new Failure('no-such-file', `${path} cannot be read (${code}).`, 'Check the path and its permissions.', { cause: thrown });
  }
}

/** What logs of curves alone do not tell. */
const untold = { samples: [], totalSteps: null, isFinished: null, checkpoints: [] } as const satisfies Partial<LogRun>;

/** By folder, the last that were read: of a log that grows only what came since is read. */
const eventLogs = new Map<string, EventLog>();
const mostEventLogs = 32;

function eventLogOf(folder: string): EventLog {
  const log = eventLogs.get(folder) ?? new EventLog(folder);
  eventLogs.delete(folder);
  eventLogs.set(folder, log);
  const [oldest] = eventLogs.keys();
  if (eventLogs.size > mostEventLogs && oldest !== undefined) eventLogs.delete(oldest);
  return log;
}

async function readEvents(folder: string, signal: AbortSignal): Promise<LogRun> {
  const { series, first, last, warnings } = await eventLogOf(folder).read(signal);
  return { ...untold, series, ...rolesIn(series), settings: await readHparams(folder), started: told(first), updated: told(last), warnings };
}

async function readText(file: string, format: TextLog, signal: AbortSignal): Promise<LogRun> {
  const { curves, warnings } = await readTextLog(file, format, signal);
  const { series, first, last } = curves;
  const updated = told(last) ?? (await stat(file)).mtimeMs;
  return { ...untold, series, ...rolesIn(series), settings: await readHparams(dirname(file)), started: told(first), updated, warnings };
}

function rolesIn(series: LogRun['series']): Pick<LogRun, 'loss' | 'metric'> {
  const metrics = series.metrics();
  return { loss: lossOf(metrics), metric: judgedBy(metrics) };
}

const told = (time: number): number | null => (Number.isNaN(time) ? null : time);
