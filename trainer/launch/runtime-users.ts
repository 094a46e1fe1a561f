/** Which processes run from a copy of the program (runtime-copy.ts): none is removed while one does. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { productRoot } from '../files/root.ts';
import { parseJson } from '../text/parse-json.ts';
import { isRunning, startOf } from '../training/process-start.ts';

const schema = z.object({ pid: z.int().min(1), host: z.string(), started: z.string().optional() });

/** In the copy: what it consists of. */
export const manifestName = 'runtime.json';

const usersOf = (copy: string): string => join(copy, 'users');

/** Milliseconds that a copy nobody uses is kept: one that has just been made is about to be used. */
const unused = 3_600_000;
/** Whether a process of another machine lives cannot be asked: after so long it is taken to be gone. */
const elsewhere = 30 * 24 * 3_600_000;

/** Says that this process runs from the copy, or is about to start others from it. */
export async function useCopy(copy: string): Promise<void> {
  const started = await startOf(process.pid);
  const self = { pid: process.pid, host: hostname(), ...(started !== undefined && { started }) };
  await mkdir(usersOf(copy), { recursive: true });
  await writeFile(join(usersOf(copy), `${encodeURIComponent(hostname())}-${process.pid}.json`), JSON.stringify(self));
}

/** Says so of this process where what it runs from is a copy. One that cannot be written into is removed by nobody either. */
export async function useOwnCopy(): Promise<void> {
  if (existsSync(join(productRoot, manifestName))) await useCopy(productRoot).catch(() => undefined);
}

/** Whether anybody may need a copy. Processes that are gone are forgotten. */
export async function isInUse(copy: string): Promise<boolean> {
  const folder = usersOf(copy);
  let newest = (await stat(copy).catch(() => undefined))?.mtimeMs ?? 0;
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
    newest = Math.max(newest, mtimeMs);
    const user = schema.safeParse(parseJson(await readFile(file, 'utf8').catch(() => ''))).data;
    const lives = user !== undefined && (user.host === hostname() ? await isRunning(user) : Date.now() - mtimeMs < elsewhere);
    if (lives) return true;
    if (Date.now() - mtimeMs > unused) await rm(file, { force: true });
  }
  return Date.now() - newest < unused;
}
