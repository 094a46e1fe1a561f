/** The copy of a config that a run keeps: a record of what was trained, to be read and compared, and no config to train. */
import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';

/** What it is called (docs/run-directory.md); people may call configs of theirs so, too. */
const keptName = 'config.attention.json';
export const keptConfigPattern = `**/${keptName}`;

/** One of these lies beside it, whoever started the run, from the first moment on. */
const besideIt = ['run.json', 'origin.json', 'job.json'] as const;

/** The folder of the run that keeps a config; `undefined` of one that somebody wrote. */
export async function runOfConfig(path: string): Promise<string | undefined> {
  if (basename(path) !== keptName) return undefined;
  const folder = dirname(path);
  const found = await Promise.all(besideIt.map(name => access(join(folder, name)).then(() => true, () => false)));
  return found.includes(true) ? folder : undefined;
}

/** @throws Failure `bad-argument` for a run's copy: its corpora are named from elsewhere, and what it trains is there already */
export async function assertCanBeTrained(path: string): Promise<void> {
  const run = await runOfConfig(path);
  if (run === undefined) return;
  throw new Failure('bad-argument', `${path} is the record of what ${basename(run)} was trained with, not a config to train.`, 'Resume that run, or train the config that it was made of.');
}
