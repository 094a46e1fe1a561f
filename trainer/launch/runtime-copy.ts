/**
 * A copy of what a training runs from, in the user's cache: the editor may replace or remove the extension's folder while
 * a training goes on for days. One copy for each build, shared by all windows.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { writeFileSynced, writingFailure } from '../files/atomic.ts';
import { errnoOf } from '../files/errno.ts';
import { isBundled, productRoot } from '../files/root.ts';
import { parseJson } from '../text/parse-json.ts';
import { runtimeFiles } from './runtime-files.ts';
import { runtimeNames } from './runtime-name.ts';
import { isInUse, manifestName, useCopy } from './runtime-users.ts';
import { userFolder } from './user-folders.ts';

/** How this program is started as another process. */
export interface Launcher {
  /** What Node is given before the script. */
  readonly execArgv: readonly string[];
  readonly script: string;
  /** The copy's name; undefined of a program that runs from its source. */
  readonly name: string | undefined;
}

/**
 * Where processes that outlive this one are started from. What is missing is copied; copies that nobody uses any more are
 * removed.
 * @throws Failure `no-such-file`, `disk-full`
 */
export async function findLauncher(): Promise<Launcher> {
  if (!isBundled) return { execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href], script: join(productRoot, 'trainer', 'main.ts'), name: undefined };
  if (await isWhole(productRoot)) return launcherIn(productRoot);
  return launcherIn(await copyRuntime(productRoot, cacheFolder()));
}

/** The copy of that name, where it is whole. */
export async function findCopy(name: string): Promise<Launcher | undefined> {
  const folder = join(cacheFolder(), name);
  return runtimeNames.test(name) && (await isWhole(folder)) ? launcherIn(folder) : undefined;
}

const launcherIn = (folder: string): Launcher => ({ execArgv: [], script: join(folder, 'dist', 'attention-scope.mjs'), name: basename(folder) });

const cacheFolder = (): string => join(userFolder('cache'), 'runtime');

/**
 * @param product the folder with `package.json` and `dist/`
 * @param cache that copies are in
 * @returns the copy's folder, whole, and kept while this process lives
 * @throws Failure `no-such-file`, `disk-full`
 */
export async function copyRuntime(product: string, cache: string): Promise<string> {
  const files = await runtimeFiles(product);
  const copy = join(cache, await nameOf(product, files));
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    // Whoever removes copies looks for users first: from here on this one is kept, unless it went just before.
    do {
      if (!(await isWhole(copy))) await install(product, files, copy);
      await useCopy(copy).catch(ignoreGone);
    } while (!(await isWhole(copy)));
    await removeUnused(cache, basename(copy));
  } catch (thrown) {
    throw writingFailure(thrown, copy);
  }
  return copy;
}

/** One that goes while it is written into is made anew. */
function ignoreGone(thrown: unknown): void {
  if (errnoOf(thrown) !== 'ENOENT') throw thrown;
}

/** Beyond this a file is known by its size: it is a library's, whose version is in its package.json. */
const largestRead = 4_000_000;

async function nameOf(product: string, files: ReadonlyMap<string, number>): Promise<string> {
  const hash = createHash('sha256');
  for (const [path, size] of files) {
    hash.update(`${path}\0${size}\0`);
    if (size <= largestRead) hash.update(await readFile(join(product, path)));
  }
  const { version } = z.object({ version: z.string() }).parse(parseJson(await readFile(join(product, 'package.json'), 'utf8')));
  return `${version}-${hash.digest('hex').slice(0, 16)}`;
}

const manifestSchema = z.object({
  format: z.literal('attention-scope-runtime'),
  formatVersion: z.literal(1),
  /** Bytes of each file. */
  files: z.record(z.string(), z.int().min(0)),
});

/** Whether all of a copy is there, as large as it was. */
async function isWhole(copy: string): Promise<boolean> {
  const text = await readFile(join(copy, manifestName), 'utf8').catch(() => '');
  const manifest = manifestSchema.safeParse(parseJson(text)).data;
  if (manifest === undefined) return false;
  const sizes = await Promise.all(Object.entries(manifest.files).map(async ([path, size]) => (await stat(join(copy, path)).catch(() => undefined))?.size === size));
  return sizes.every(isRight => isRight);
}

/** Begin the names of a copy that is being made, and of one that is being removed. */
const making = '.new-';
const removing = '.old-';

/** Makes a copy aside, and gives it its name, unless another process has been quicker. */
async function install(product: string, files: ReadonlyMap<string, number>, copy: string): Promise<void> {
  const aside = await mkdtemp(join(dirname(copy), making));
  try {
    for (const path of files.keys()) await copySynced(join(product, path), join(aside, path));
    const manifest: z.infer<typeof manifestSchema> = { format: 'attention-scope-runtime', formatVersion: 1, files: Object.fromEntries(files) };
    await writeFileSynced(join(aside, manifestName), `${JSON.stringify(manifest, undefined, 1)}\n`);
    await giveName(aside, copy);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Never takes the name from a copy that is whole: others run from it. */
async function giveName(aside: string, copy: string): Promise<void> {
  const isNamed = await rename(aside, copy).then(() => true, () => false);
  if (isNamed || (await isWhole(copy))) return;
  // One that is broken makes room; whoever runs from it had no luck with it anyway.
  await discard(copy);
  await rename(aside, copy).catch(async (thrown: unknown) => {
    if (!(await isWhole(copy))) throw thrown;
  });
}

async function copySynced(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o644);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeUnused(cache: string, kept: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    const isOld = name.startsWith(making) || name.startsWith(removing);
    if (name === kept || !(isOld || runtimeNames.test(name)) || (await isInUse(folder))) continue;
    await discard(folder).catch(() => undefined); // the next window tries again
  }
}

/** Removes a folder at once, as seen from outside. */
async function discard(folder: string): Promise<void> {
  const aside = join(dirname(folder), `${removing}${process.pid}-${Date.now()}`);
  const isThere = await rename(folder, aside).then(() => true, (thrown: unknown) => {
    if (errnoOf(thrown) === 'ENOENT') return false;
    throw thrown;
  });
  if (isThere) await rm(aside, { recursive: true, force: true });
}
