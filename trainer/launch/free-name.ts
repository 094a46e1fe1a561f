/** A name that nothing has yet, and getting it before anybody else does. */
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { writingFailure } from '../files/atomic.ts';
import { errnoOf } from '../files/errno.ts';

/** What systems say when a folder cannot get a name since another has it. */
const taken = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EISDIR', 'ENOTDIR']);

/** Of a place; a few runs of a name are usual, thousands are a mistake. */
const most = 9999;

/**
 * Moves a file or folder to the first of several paths that is free.
 * @param candidates the path of each attempt, counted from 1
 * @returns that path
 * @throws Failure `no-such-file`, `disk-full`, `bad-argument` where none is free
 */
export async function moveToFree(from: string, candidates: (attempt: number) => string): Promise<string> {
  for (let attempt = 1; attempt <= most; attempt++) {
    const to = candidates(attempt);
    if (await exists(to)) continue;
    try {
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
      return to;
    } catch (thrown) {
      // Somebody may have been quicker; what fails with the name still free is another matter.
      if (!taken.has(errnoOf(thrown) ?? '') || !(await exists(to))) throw writingFailure(thrown, to);
    }
  }
  throw new Failure('bad-argument', `${candidates(1)} and ${most - 1} more names are taken.`, 'Remove what is not needed any more.');
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
