/** A run's folder as it begins: its config, where that came from, and the request to be trained. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileSynced, writingFailure } from '../files/atomic.ts';
import { labelName } from '../runs/label.ts';
import { configName, originName, originText } from './origin.ts';
import { moveToFree } from './free-name.ts';
import { requestName, requestText, type RunRequest } from './request.ts';

/** Ends, with six characters more, the hidden name of a run that is being made. */
const making = '.new-';

/** Milliseconds; a run is made in far less. */
const abandoned = 3_600_000;

/**
 * Makes `runs/name`, or `runs/name-2` … where that is taken. It appears whole or not at all, and never over another.
 * @returns its path
 * @throws Failure `no-such-file`, `disk-full`, `bad-argument`
 */
export async function makeRun(runs: string, name: string, request: RunRequest): Promise<string> {
  let aside: string;
  try {
    await mkdir(runs, { recursive: true });
    aside = await mkdtemp(join(runs, `.${name}${making}`));
  } catch (thrown) {
    throw writingFailure(thrown, runs);
  }
  try {
    await writeFileSynced(join(aside, configName), await readFile(request.origin));
    await writeFileSynced(join(aside, originName), originText(request.origin));
    await writeFileSynced(join(aside, requestName), requestText(request));
    return await moveToFree(aside, attempt => join(runs, attempt === 1 ? name : `${name}-${attempt}`));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Clears what processes that were killed while they made a run have left. */
export async function tidyRuns(runs: string): Promise<void> {
  for (const name of await readdir(runs).catch((): string[] => [])) {
    if (!name.startsWith('.') || !/\.new-\w{6}$/.test(name)) continue;
    const folder = join(runs, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > abandoned) await rm(folder, { recursive: true, force: true });
  }
}

/** What is in the folder of a run that never began. */
export const namesOfNew: ReadonlySet<string> = new Set([configName, originName, requestName, 'control.json', labelName]);
