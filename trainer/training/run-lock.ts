/** At most one process writes a run: writer.json names it. */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { writingFailure } from '../files/atomic.ts';
import { parseJson } from '../text/parse-json.ts';
import { isRunning, startOf } from './process-start.ts';

const schema = z.object({
  pid: z.int().min(1),
  host: z.string(),
  /** When that process began, where its system tells (process-start.ts). */
  started: z.string().max(200).optional(),
  /** The process that started this one to run with other settings and without which it ends (allocator.ts). */
  starter: z.int().min(1).optional(),
});
export type Writer = z.infer<typeof schema>;

const beat = 5_000;

/** Milliseconds that a writer may take to be gone. */
const patience = {
  /** One that was just stopped. */
  stopping: 5_000,
  /** One whose starter was killed: it ends as soon as it comes to look. */
  orphan: 60_000,
  /** One on another machine is known to live only by its beats. */
  elsewhere: 6 * beat,
  /** A file that names nobody was torn, unless somebody is just writing it. */
  torn: 1_000,
} as const;

/**
 * Claims a run's directory for this process, waiting for a writer that is about to end.
 * @returns what gives it back
 * @throws Failure `bad-argument` where another process writes it
 */
export async function lockRun(directory: string, asked?: Writer): Promise<() => Promise<void>> {
  const self = asked ?? (await thisProcess());
  const file = fileOf(directory);
  const began = Date.now();
  let last: { readonly stamp: string; readonly at: number; readonly changes: number } | undefined;
  while (!(await create(file, self))) {
    const found = await look(file);
    if (found === undefined) continue;
    const now = Date.now();
    if (last?.stamp !== found.stamp) last = { stamp: found.stamp, at: now, changes: last === undefined ? 0 : last.changes + 1 };
    const verdict = await judge(found.writer, self, {
      waited: now - began, unchanged: now - last.at, changes: last.changes, silent: now - found.beat,
    });
    if (verdict === 'lives') throw refusal(directory, file, found.writer);
    if (verdict === 'gone') await takeAway(file, found.stamp);
    else await setTimeout(100);
  }
  const heart = new Worker(heartbeat, { eval: true, execArgv: [], workerData: { file, beat } });
  heart.unref();
  return async () => {
    await heart.terminate();
    // Who was frozen for long was taken for dead: the file may be another's by now.
    if (isDeepStrictEqual((await look(file))?.writer, self)) await rm(file, { force: true });
  };
}

/** Who writes a directory, as far as can be known. */
export interface FoundWriter extends Writer {
  /** Whether it lives: of this machine's processes this is certain, of others' it is told by their beats. */
  readonly lives: boolean;
  /** Whether it is a process of this machine. */
  readonly isHere: boolean;
}

/** Who says of itself that it writes a run; undefined where nobody does. Nothing is waited for. */
export async function findWriter(directory: string): Promise<FoundWriter | undefined> {
  const found = await look(fileOf(directory)).catch(() => undefined);
  if (found?.writer === undefined) return undefined;
  const isHere = found.writer.host === hostname();
  const beats = Math.abs(Date.now() - found.beat) < patience.elsewhere;
  // An id alone may be another's by now.
  const lives = isHere ? (beats || found.writer.started !== undefined) && (await isRunning(found.writer)) : beats;
  return { ...found.writer, isHere, lives };
}

const fileOf = (directory: string): string => join(directory, 'writer.json');

/** Beats in a thread of its own: preparing a large corpus keeps the main one busy for longer than others wait. */
const heartbeat = `
  const { utimes } = require('node:fs');
  const { file, beat } = require('node:worker_threads').workerData;
  setInterval(() => utimes(file, new Date(), new Date(), () => undefined), beat);`;

/** Milliseconds, and how often the file has changed meanwhile. */
interface Since {
  readonly waited: number;
  readonly unchanged: number;
  readonly changes: number;
  /** By the clock of who wrote it. */
  readonly silent: number;
}

async function judge(
  writer: Writer | undefined,
  self: Writer,
  { waited, unchanged, changes, silent }: Since,
): Promise<'lives' | 'gone' | 'wait'> {
  if (writer === undefined) return unchanged > patience.torn ? 'gone' : 'wait';
  if (writer.host !== self.host) return changes > 0 ? 'lives' : unchanged > patience.elsewhere ? 'gone' : 'wait';
  // A process that was killed had the same id, unless it is another part of this one that holds the lock.
  if (writer.pid === self.pid && (writer.started === undefined || writer.started !== self.started)) return 'gone';
  if (!(await isRunning(writer))) return 'gone';
  const isOrphan = writer.starter !== undefined && !(await isRunning({ pid: writer.starter }));
  if (waited <= (isOrphan ? patience.orphan : patience.stopping)) return 'wait';
  // A process with that id that has not beaten for long is another one, unless it can be told that it is not.
  return writer.started === undefined && unchanged > patience.stopping && silent > patience.elsewhere ? 'gone' : 'lives';
}

function refusal(directory: string, file: string, writer: Writer | undefined): Failure {
  const who = writer === undefined ? 'Another process' : `Process ${writer.pid} on ${writer.host}`;
  return new Failure(
    'bad-argument',
    `${who} is training into ${directory}.`,
    `Wait for it, stop it, or name another folder with --run-dir. If it is no training, remove ${file}.`,
  );
}

/** Writes the file unless it is there. */
async function create(file: string, self: Writer): Promise<boolean> {
  try {
    const opened = await open(file, 'wx');
    try {
      await opened.writeFile(JSON.stringify(self));
    } finally {
      await opened.close();
    }
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') return false;
    throw writingFailure(thrown, file);
  }
}

/** `beat` is when the file was last touched, in milliseconds since 1970. */
async function look(file: string): Promise<{ writer: Writer | undefined; stamp: string; beat: number } | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    const { mtimeMs } = await stat(file);
    return { writer: schema.safeParse(parseJson(text)).data, stamp: `${mtimeMs}\n${text}`, beat: mtimeMs };
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Removes the file of a writer that is gone; where another was quicker, theirs is put back. */
async function takeAway(file: string, stamp: string): Promise<void> {
  const aside = `${file}.${process.pid}.gone`;
  try {
    await rename(file, aside);
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return;
    throw writingFailure(thrown, file);
  }
  if ((await look(aside))?.stamp === stamp) await rm(aside, { force: true });
  else await rename(aside, file);
}

async function thisProcess(): Promise<Writer> {
  const started = await startOf(process.pid);
  return {
    pid: process.pid,
    host: hostname(),
    ...(started !== undefined && { started }),
    ...(process.channel !== undefined && { starter: process.ppid }),
  };
}
