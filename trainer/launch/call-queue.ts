/** Sees to it that a folder's queue lives: a process that outlives whoever started it. */
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { writingFailure } from '../files/atomic.ts';
import { cutLog } from './output-log.ts';
import { queueFolder, queueLives, ringQueue } from './queue-folder.ts';
import type { Launcher } from './runtime-copy.ts';
import { inTurnOf, surveyRuns } from './survey.ts';

/**
 * Rings the queue, and starts it where it does not live. Of several that are started at once, one stays.
 * @param atOnce how many runs there may be; as it was, where it is left out
 * @throws Failure `no-such-file`, `disk-full`
 */
export async function callQueue(runs: string, launcher: Launcher, atOnce?: number): Promise<void> {
  await ringQueue(runs, atOnce);
  if (!(await queueLives(runs))) await startQueue(runs, launcher);
  guard(runs, launcher);
}

async function startQueue(runs: string, { execArgv, script }: Launcher): Promise<void> {
  const file = join(queueFolder(runs), 'output.log');
  cutLog(file);
  const log = await open(file, 'a').catch((thrown: unknown) => {
    throw writingFailure(thrown, file);
  });
  try {
    const queue = spawn(process.execPath, [...execArgv, script, 'queue', runs], {
      cwd: runs,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    queue.once('error', () => undefined); // the guard tries again
    queue.unref();
  } finally {
    await log.close();
  }
}

/** Milliseconds between two looks whether a queue lives; more and more, while that does not help. */
const look = { first: 5_000, longest: 300_000 } as const;

const guarded = new Map<string, NodeJS.Timeout>();

/** While this process lives and something waits, a queue that was killed is started again. */
function guard(runs: string, launcher: Launcher, wait: number = look.first): void {
  clearTimeout(guarded.get(runs));
  const again = async (): Promise<void> => {
    guarded.delete(runs);
    if (await queueLives(runs)) return guard(runs, launcher);
    if (inTurnOf(await surveyRuns(runs)).length === 0) return;
    await startQueue(runs, launcher);
    guard(runs, launcher, Math.min(2 * wait, look.longest));
  };
  guarded.set(runs, setTimeout(() => void again().catch(() => undefined), wait).unref());
}
