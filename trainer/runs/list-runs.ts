/** All runs under a folder as they are now. */
import { stat } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import { errnoOf } from '../files/errno.ts';
import { findRuns } from './find-runs.ts';
import { SeenLog } from './seen-log.ts';
import { SeenRun } from './seen-run.ts';

/** @throws Failure `no-such-file` where the folder is not there or cannot be read */
export async function listRuns(folder: string, signal: AbortSignal = new AbortController().signal): Promise<RunSummary[]> {
  await stat(folder).catch((thrown: unknown) => {
    throw new Failure('no-such-file', `${folder} cannot be read (${errnoOf(thrown) ?? String(thrown)}); a folder with runs was expected.`, 'Check the path.', { cause: thrown });
  });
  const listed: RunSummary[] = [];
  for (const { path, kind, group, names } of (await findRuns(folder)).runs) {
    signal.throwIfAborted();
    const summary = kind === 'run' ? await new SeenRun(path, group).look(names) : await new SeenLog(path, group).look(signal);
    if (summary !== undefined) listed.push(summary);
  }
  return listed;
}
