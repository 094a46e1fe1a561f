/**
 * Writing that leaves either the old content or the new one, never a torn one: everything is written aside, synced to
 * the disk, then renamed, and the folder that holds the name is synced too. A process killed at any instant leaves at
 * most a hidden `.….aside` behind, which the next writer of the same name clears away.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from './errno.ts';
import { isThere } from './is-there.ts';

/** Ends the name of what is being written and is not yet what it is to become. */
const asideSuffix = '.aside';
/** What `asideOf` makes of a name. */
const asideName = /^\.(.+)\.\d+-\d+\.aside$/;
/** Ends the name of a folder that its successor is just about to replace. */
const replacedSuffix = '.replaced';

/**
 * Writes a whole file.
 * @throws Failure `disk-full`, `no-such-file` (its folder is missing or may not be written)
 */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  await makeFileAtomically(path, aside => writeAndSync(aside, data));
}

/**
 * Makes a whole file that `write` writes, and syncs, at the path it is given.
 * @throws Failure `disk-full`, `no-such-file`, or what `write` throws
 */
export async function makeFileAtomically(path: string, write: (aside: string) => Promise<void>): Promise<void> {
  await clearAside(path);
  const aside = asideOf(path);
  try {
    await write(aside);
    await rename(aside, path);
  } catch (thrown) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw writingFailure(thrown, path);
  }
  await syncFolder(dirname(path));
}

/**
 * Makes a folder and all its files appear at once, in place of an older one if there is one. `fill` gets the folder to
 * write into; it may write plainly, syncing is done here.
 *
 * No portable call swaps two folders, so for one instant the old one bears another name. Who reads such a folder calls
 * `recoverDirectory` first, which puts it back if the writer died in that instant.
 * @throws Failure `disk-full`, `no-such-file`, or what `fill` throws; the old folder is then as it was
 */
export async function replaceDirectoryAtomically(
  path: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  await recoverDirectory(path);
  await clearAside(path);
  const aside = asideOf(path);
  const replaced = hidden(path, replacedSuffix);
  try {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(aside);
    await fill(aside);
    await syncTree(aside);
    const hadOld = await exists(path);
    if (hadOld) await rename(path, replaced);
    await rename(aside, path);
  } catch (thrown) {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    await recoverDirectory(path).catch(() => undefined);
    throw writingFailure(thrown, path);
  }
  await syncFolder(dirname(path));
  await rm(replaced, { recursive: true, force: true });
}

/** Puts back the folder that a writer killed in mid-swap had moved out of the way, or clears it if the swap was done. */
export async function recoverDirectory(path: string): Promise<void> {
  const replaced = hidden(path, replacedSuffix);
  if (!(await exists(replaced))) return;
  if (await exists(path)) await rm(replaced, { recursive: true, force: true });
  else await rename(replaced, path);
}

/**
 * Removes a folder at once: whoever looks finds it whole or not at all. A process killed in between leaves it hidden,
 * for `tidyFolder`.
 */
export async function removeDirectory(path: string): Promise<void> {
  const aside = asideOf(path);
  try {
    await rename(path, aside);
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  await rm(aside, { recursive: true, force: true });
}

/** Clears whatever killed writers have left in a folder that only this process writes now. */
export async function tidyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (!name.startsWith('.')) continue;
    if (name.endsWith(replacedSuffix)) await recoverDirectory(join(folder, name.slice(1, -replacedSuffix.length)));
    else if (name.endsWith(asideSuffix)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Writes and syncs a file in place, without the renaming.
 * @throws Failure `disk-full`, `no-such-file`
 */
export async function writeFileSynced(path: string, data: string | Uint8Array): Promise<void> {
  try {
    await writeAndSync(path, data);
  } catch (thrown) {
    throw writingFailure(thrown, path);
  }
}

async function writeAndSync(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Translates what the file system says about a write into a `Failure`; anything else passes through.
 * @param at may be aside: what is told is the name that was asked for
 */
export function writingFailure(thrown: unknown, at: string): unknown {
  const code = errnoOf(thrown);
  const path = join(dirname(at), asideName.exec(basename(at))?.[1] ?? basename(at));
  if (code === 'ENOENT' && !existsSync(dirname(path))) {
    return new Failure('no-such-file', `Cannot write ${path}: there is no folder ${dirname(path)}.`, 'Make that folder, or choose another.', { cause: thrown });
  }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new Failure(
        'disk-full',
        `No room to write ${path} (${code}). What was there before is unchanged.`,
        'Free some space, or choose a folder on another disk, and try again.',
        { cause: thrown },
      );
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure(
        'no-such-file',
        `Cannot write ${path} (${code}): expected a folder that exists and may be written to.`,
        'Check the path and its permissions.',
        { cause: thrown },
      );
    default:
      return thrown;
  }
}

let count = 0;

/** A name beside `path`, on the same file system, that no other writer uses at the same time. */
function asideOf(path: string): string {
  return hidden(path, `.${process.pid}-${count++}${asideSuffix}`);
}

function hidden(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}${suffix}`);
}

/** Removes what writers of `path` that no longer live have left aside. */
async function clearAside(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith(asideSuffix)) continue;
    const writer = /^(\d+)-\d+$/.exec(name.slice(prefix.length, -asideSuffix.length))?.[1];
    if (writer === undefined || isThere(Number(writer))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else await syncFile(path);
  }
  await syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Windows cannot open a folder to sync it, and its renames are durable by the file system's journal. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
