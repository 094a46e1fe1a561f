/** Runs that are put away, and back: `.trash` beside them, where no reader looks. */
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { writingFailure } from '../files/atomic.ts';
import { findWriter, lockRun } from '../training/run-lock.ts';
import { exists, moveToFree } from './free-name.ts';
import { inTurn } from './in-turn.ts';
import { readRequest } from './request.ts';

const trashName = '.trash';

/** Files by which a folder is one that trainings of ours write. */
const ours = ['run.json', 'events.jsonl', 'checkpoints', 'writer.json'];

/**
 * Moves a run that nobody writes into the trash.
 * @returns where it is now
 * @throws Failure `bad-argument` where it trains or waits for its turn, `no-such-file`
 */
export async function trashRun(folder: string): Promise<string> {
  return inTurn(folder, async () => {
    await checkThere(folder);
    if (basename(dirname(folder)) === trashName) throw new Failure('bad-argument', `${folder} is in the trash already.`, 'Restore it, or remove it by hand.');
    if ((await readRequest(folder)) !== undefined) throw busy(folder, 'waits for its turn');
    if ((await findWriter(folder))?.lives === true) throw busy(folder, 'is being trained');
    const unlock = (await isOurs(folder)) ? await lockRun(folder) : undefined;
    try {
      const name = basename(folder);
      const to = await moveToFree(folder, attempt => join(dirname(folder), trashName, trashedName(name, attempt)));
      if (unlock !== undefined) await rm(join(to, 'writer.json'), { force: true });
      return to;
    } finally {
      await unlock?.();
    }
  });
}

/**
 * Moves what is in the trash to where it was.
 * @returns where it is now
 * @throws Failure `bad-argument` where that place is taken, or the folder is in no trash; `no-such-file`
 */
export async function restoreRun(folder: string): Promise<string> {
  return inTurn(folder, async () => {
    const trash = dirname(folder);
    if (basename(trash) !== trashName) throw new Failure('bad-argument', `${folder} is in no ${trashName}.`, 'Name a run as it was told when it was moved there.');
    await checkThere(folder);
    const to = join(dirname(trash), originalName(basename(folder)));
    if (await exists(to)) throw new Failure('bad-argument', `${to} is there: the run cannot be put back to its place.`, 'Move what is there, and try again.');
    try {
      await rename(folder, to);
    } catch (thrown) {
      throw writingFailure(thrown, to);
    }
    return to;
  });
}

/** `name`, and `name~2` … where that is taken. What ends so itself always gets a number, which is the one that is taken off again. */
export function trashedName(name: string, attempt: number): string {
  return attempt === 1 && originalName(name) === name ? name : `${name}~${attempt}`;
}

export function originalName(trashed: string): string {
  return trashed.replace(/~\d+$/, '');
}

async function checkThere(folder: string): Promise<void> {
  if (!(await exists(folder))) throw new Failure('no-such-file', `There is no run ${folder}.`, 'It may have been moved or removed already.');
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await Promise.all(ours.map(name => exists(join(folder, name))));
  return found.includes(true);
}

function busy(folder: string, what: string): Failure {
  return new Failure('bad-argument', `${folder} ${what}.`, 'Stop it first.');
}
