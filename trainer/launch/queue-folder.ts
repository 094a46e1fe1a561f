/** What belongs to the queue of a folder of runs, on this machine: `.queue/<host>` in it. */
import { mkdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically, writingFailure } from '../files/atomic.ts';
import { parseJson } from '../text/parse-json.ts';
import { findWriter } from '../training/run-lock.ts';

/** Runs at once; more than this is a mistake. */
export const mostAtOnce = 64;

const schema = z.object({ atOnce: z.int().min(1).max(mostAtOnce) });

/** The machine's name is the folder's, as the folder of runs may be shared by several. */
export const queueFolder = (runs: string): string => join(runs, '.queue', encodeURIComponent(hostname()));

/** Written anew whenever something changed that the queue is to know of: it looks at nothing else while nothing happens. */
export const bellOf = (runs: string): string => join(queueFolder(runs), 'settings.json');

/**
 * Tells the queue, if one lives, to look around, and how many runs there may be at once.
 * @param atOnce as it was, where it is left out
 * @throws Failure `no-such-file`, `disk-full`
 */
export async function ringQueue(runs: string, atOnce?: number): Promise<void> {
  try {
    await mkdir(queueFolder(runs), { recursive: true });
  } catch (thrown) {
    throw writingFailure(thrown, queueFolder(runs));
  }
  await writeFileAtomically(bellOf(runs), `${JSON.stringify({ atOnce: atOnce ?? (await atOnceOf(runs)) })}\n`);
}

/** How many runs there may be at once; 1 where nobody has said. */
export async function atOnceOf(runs: string): Promise<number> {
  const text = await readFile(bellOf(runs), 'utf8').catch(() => '');
  return schema.safeParse(parseJson(text)).data?.atOnce ?? 1;
}

export async function queueLives(runs: string): Promise<boolean> {
  return (await findWriter(queueFolder(runs)))?.lives === true;
}
