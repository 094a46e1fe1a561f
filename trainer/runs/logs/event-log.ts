/** What TensorBoard's event files of a folder tell together; read again, only what came since. */
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Numbers } from '../numbers.ts';
import { SeriesStore } from '../series.ts';
import { lowerBound, Table } from '../table.ts';
import { findEventFiles } from './event-files.ts';
import { readEvent } from './event-message.ts';
import { readRecords, type Records } from './tfrecord.ts';

/** What a log may have: a folder with more is a mistake somewhere. */
const most = { curves: 10_000, points: 20_000_000 } as const;

export interface ReadEvents {
  /** Good until the log is read again. */
  readonly series: SeriesStore;
  /** Milliseconds since 1970 of the first event and the last; NaN where there is none. */
  readonly first: number;
  readonly last: number;
  readonly warnings: readonly string[];
}

/** A file as far as it was read. */
interface ReadFile extends Records {
  readonly path: string;
  readonly identity: number;
}

/** All that was read so far. */
interface Known {
  readonly series: SeriesStore;
  /** By the part of the run whose they are, in the order in which they were begun. */
  readonly files: Map<string, ReadFile[]>;
  first: number;
  last: number;
  points: number;
  /** Events that could not be read, or were too many. */
  unread: number;
}

export class EventLog {
  #known: Known | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(readonly folder: string) {}

  /** @throws what the file system throws, AbortError */
  read(signal: AbortSignal): Promise<ReadEvents> {
    const turn = this.#reading.then(() => this.#read(signal));
    this.#reading = turn.catch(() => undefined);
    return turn;
  }

  async #read(signal: AbortSignal): Promise<ReadEvents> {
    const groups = await findEventFiles(this.folder);
    const before = this.#known;
    // What was read by half when something is thrown is read anew.
    this.#known = undefined;
    const known: Known = before !== undefined && (await continues(before, groups))
      ? before
      : { series: new SeriesStore(), files: new Map(), first: Number.NaN, last: Number.NaN, points: 0, unread: 0 };
    for (const { prefix, files } of groups) {
      const read = known.files.get(prefix) ?? [];
      known.files.set(prefix, read);
      for (const path of files.slice(Math.max(0, read.length - 1))) {
        const newest = read.at(-1);
        if (newest?.path === path) read.pop();
        read.push(await readFile(path, newest?.path === path ? newest : undefined, signal, record => take(known, prefix, record)));
      }
    }
    this.#known = known;
    return { series: known.series, first: known.first, last: known.last, warnings: warningsOf(known) };
  }
}

/** Whether all that was read stands there still, and only the newest file of each part has grown, or a newer one has come. */
async function continues(known: Known, groups: readonly { readonly prefix: string; readonly files: readonly string[] }[]): Promise<boolean> {
  for (const [prefix, read] of known.files) {
    const files = groups.find(group => group.prefix === prefix)?.files ?? [];
    for (const [index, { path, identity, offset, end }] of read.entries()) {
      const stats = await stat(path).catch(() => undefined);
      if (files[index] !== path || stats === undefined || stats.ino !== identity || stats.size < offset) return false;
      if (index < read.length - 1 && end === 'whole' && stats.size > offset) return false;
    }
  }
  return true;
}

async function readFile(path: string, before: ReadFile | undefined, signal: AbortSignal, take: (record: Uint8Array) => void): Promise<ReadFile> {
  const file = await open(path);
  try {
    const { ino } = await file.stat();
    const { end, offset, passedOver } = await readRecords(file, before?.offset ?? 0, signal, take);
    return { path, identity: ino, end, offset, passedOver: passedOver + (before?.passedOver ?? 0) };
  } finally {
    await file.close();
  }
}

function take(known: Known, prefix: string, record: Uint8Array): void {
  const event = tryToRead(record);
  if (event === undefined) return void known.unread++;
  const { step, time, isStart, scalars } = event;
  const { series } = known;
  if (Number.isFinite(time)) {
    known.first = Number.isNaN(known.first) ? time : Math.min(known.first, time);
    known.last = Number.isNaN(known.last) ? time : Math.max(known.last, time);
  }
  if (isStart) cut(series, prefix, step);
  for (const [tag, value] of scalars) {
    // Each has a table of its own: programs tell tags at steps and times of their own.
    const table = tableOf(prefix, tag);
    if (known.points >= most.points || (series.tables.size >= most.curves && !series.tables.has(table))) return void known.unread++;
    series.add(table, { step, time, attempt: 1 }, [[`${prefix}${tag}`, value]]);
    known.points++;
  }
}

const tableOf = (prefix: string, tag: string): string => `${prefix}\n${tag}`;

/** The program of this part was started again, and goes through this step and later ones anew. */
function cut(series: SeriesStore, prefix: string, step: number): void {
  for (const [name, table] of series.tables) {
    if (!name.startsWith(tableOf(prefix, ''))) continue;
    const length = lowerBound(table.settle().steps.view(), step);
    if (length === table.steps.length) continue;
    if (length === 0) {
      series.tables.delete(name);
      continue;
    }
    const kept = (numbers: Numbers): Numbers => new Numbers(numbers.view().slice(0, length));
    const columns = new Map(Array.from(table.columns, ([metric, column]) => [metric, kept(column)]));
    series.tables.set(name, new Table(false, { steps: kept(table.steps), times: kept(table.times), attempts: kept(table.attempts), columns }));
  }
}

function warningsOf({ files, unread }: Known): string[] {
  const read = [...files.values()].flat();
  return [
    ...read.flatMap(({ path, passedOver }) => (passedOver === 0 ? [] : [`${basename(path)}: ${passedOver.toLocaleString('en')} records are not as they were written, and were passed over.`])),
    ...read.flatMap(({ path, end }) => (typeof end === 'string' ? [] : [`${basename(path)} is broken at byte ${end.brokenAt.toLocaleString('en')}: what comes after is not read.`])),
    ...(unread === 0 ? [] : [`${unread.toLocaleString('en')} events could not be read.`]),
  ];
}

/** Nothing where it is no event; a step below 0 is none. */
function tryToRead(record: Uint8Array): ReturnType<typeof readEvent> | undefined {
  try {
    const event = readEvent(record);
    return Number.isSafeInteger(event.step) && event.step >= 0 ? event : undefined;
  } catch {
    return undefined;
  }
}
