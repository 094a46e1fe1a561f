/** Files that a file names: they must lie in its own folder, wherever links lead. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { broken, quoted, shortened } from './broken.ts';

/**
 * The real path of a file that another names.
 * @param namedBy path of the file that names it, for messages; its folder is the one to stay in
 * @throws Failure `broken-model` where it leads out of the folder, or is not there
 */
export async function fileBeside(namedBy: string, name: string): Promise<string> {
  const folder = dirname(namedBy);
  const parts = name.split(/[\\/]/);
  if (name === '' || name.includes('\0') || isAbsolute(name) || /^[A-Za-z]:/.test(name) || parts.some(part => part === '..' || part === '')) {
    throw broken(namedBy, `it names ${quoted(name)}`, 'files in its own folder');
  }
  const path = join(folder, ...parts);
  const real = await realpath(path).catch((thrown: unknown) => {
    const code = errnoOf(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new Failure('broken-model', `${shortened(path, 300)} is missing; ${namedBy} names it and expected it there.`, `Download ${shortened(name)} into ${folder} too.`, { cause: thrown });
    }
    throw broken(namedBy, `${quoted(name)}, which it names, cannot be read (${code ?? String(thrown)})`, 'a file', undefined, thrown);
  });
  const home = await realpath(folder);
  if (!holds(home, real)) {
    throw broken(namedBy, `${quoted(name)}, which it names, leads to ${real}`, `a file in ${home}`);
  }
  return real;
}

/** Whether a file lies in a folder, or where Hugging Face's cache keeps that folder's files. Of both, the real paths. */
export function holds(folder: string, file: string): boolean {
  return [folder, blobsOf(folder)].some(root => root !== undefined && isWithin(root, file));
}

/**
 * Hugging Face's cache: `snapshots/<revision>/`, and folders in it, hold links into `blobs/` beside `snapshots/`. A `blobs` that
 * is a link itself holds no real path.
 */
function blobsOf(folder: string): string | undefined {
  const above = dirname(folder);
  if (above === folder) return undefined;
  return basename(above) === 'snapshots' ? join(dirname(above), 'blobs') : blobsOf(above);
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
