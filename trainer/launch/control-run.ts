/** What a user wants of a run that is there: that it pause, go on, or end. */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.ts';
import type { ControlRunParams, RunWish } from '../../protocol/runs.ts';
import { removeDirectory } from '../files/atomic.ts';
import { isOfSweep, waitsInSweep } from '../runs/sweep-member.ts';
import { askRun, forgetWish } from '../training/control.ts';
import { findWriter, type FoundWriter, lockRun } from '../training/run-lock.ts';
import { callQueue } from './call-queue.ts';
import { checkConfig } from './check-config.ts';
import { exists } from './free-name.ts';
import { inTurn } from './in-turn.ts';
import { lastEventOf } from './last-event.ts';
import { namesOfNew } from './new-run.ts';
import { configName, originOf } from './origin.ts';
import { assertOursToTrain } from './ours-to-train.ts';
import { logOf } from './output-log.ts';
import { newRequest, readRequest, takeRequest, writeRequest } from './request.ts';
import { findLauncher } from './runtime-copy.ts';

/**
 * @throws Failure `bad-argument` where that cannot be had of the run as it is; to resume, also `bad-config`, `no-such-file` and
 *   `disk-full`
 */
export async function controlRun({ folder, wish, atOnce }: ControlRunParams): Promise<void> {
  if (!(await exists(folder))) throw new Failure('no-such-file', `There is no run ${folder}.`, 'It may have been moved or removed.');
  await inTurn(folder, () => {
    relent(folder);
    return grant[wish](folder, atOnce);
  });
}

const grant: Readonly<Record<RunWish, (folder: string, atOnce: number) => Promise<void>>> = { pause, resume, stop };

async function pause(folder: string): Promise<void> {
  if (await isWritten(folder)) return askRun(folder, 'pause');
  const waits = (await readRequest(folder)) !== undefined;
  throw new Failure('bad-argument', `${folder} ${waits ? 'has not begun' : 'is not being trained'}: there is nothing to pause.`, waits ? 'Stop it to take it out of the queue.' : 'Resume it, or leave it.');
}

async function stop(folder: string): Promise<void> {
  const withdrawn = await takeRequest(folder);
  const writer = await findWriter(folder);
  if (writer?.lives === true) {
    await askRun(folder, 'stop');
    insist(folder, writer);
  } else if (withdrawn) {
    await removeUnbegun(folder);
  } else if (isOfSweep(folder) && (await lastEventOf(folder)) === undefined && (await waitsInSweep(folder))) {
    throw new Failure('bad-argument', `${folder} waits for its turn in a sweep, which goes on as a whole.`, 'Stop the sweep with Ctrl-C where it was started; on a cluster, cancel it.');
  }
}

async function resume(folder: string, atOnce: number): Promise<void> {
  for (let waited = 0; waited < mostGoing && (await isGoing(folder)); waited += 100) await sleep(100);
  if (await isWritten(folder)) return askRun(folder, 'run');
  if ((await lastEventOf(folder))?.type === 'finished') throw new Failure('bad-argument', `${folder} is finished.`, 'Start a new run to train longer.');
  await assertOursToTrain(folder);
  if ((await readRequest(folder)) === undefined) {
    const origin = await originOf(folder);
    await checkConfig(join(folder, configName), origin);
    const { name } = await findLauncher();
    await forgetWish(folder);
    await writeRequest(folder, newRequest({ origin, resume: await exists(join(folder, 'run.json')), runtime: name }));
  }
  await callQueue(dirname(folder), await findLauncher(), atOnce);
}

/** Milliseconds that a process may take to be gone once it has said that its run is over. */
const mostGoing = 5_000;
const over: ReadonlySet<string> = new Set(['stopped', 'failed', 'finished']);

/** Whether the run's process is about to end: it heeds no wish any more. */
async function isGoing(folder: string): Promise<boolean> {
  return over.has((await lastEventOf(folder))?.type ?? '') && isWritten(folder);
}

async function isWritten(folder: string): Promise<boolean> {
  return (await findWriter(folder))?.lives === true;
}

/** Removes a run that never began, unless somebody has put something into its folder. */
async function removeUnbegun(folder: string): Promise<void> {
  if (!(await isUnbegun(folder))) return;
  // Nobody starts it meanwhile.
  const unlock = await lockRun(folder);
  try {
    if (await isUnbegun(folder)) await removeDirectory(folder);
  } finally {
    await unlock();
  }
}

/** What the start itself makes, besides: a process may have come so far as to find its request withdrawn. */
const foldersOfStart = ['checkpoints', 'probes'];

async function isUnbegun(folder: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (namesOfNew.has(name) || name === 'writer.json' || path === logOf(folder)) continue;
    if (!foldersOfStart.includes(name) || (await readdir(path).catch(() => [name])).length > 0) return false;
  }
  return true;
}

/** Milliseconds that a process has to notice that it is to stop. */
const patience = 30_000;

const insisting = new Map<string, NodeJS.Timeout>();

/** Where the process is still there after that time, it is told in a way that it cannot miss; it saves then too. */
function insist(folder: string, { pid, started }: FoundWriter): void {
  const tell = async (): Promise<void> => {
    insisting.delete(folder);
    const now = await findWriter(folder);
    if (now?.lives === true && now.isHere && now.pid === pid && now.started === started) process.kill(pid, 'SIGTERM');
  };
  insisting.set(folder, setTimeout(() => void tell().catch(() => undefined), patience).unref());
}

/** Something else is wanted by now. */
function relent(folder: string): void {
  clearTimeout(insisting.get(folder));
  insisting.delete(folder);
}
