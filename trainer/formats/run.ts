/** A run's directory (docs/run-directory.md): its best checkpoint, or its latest where none was judged. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { bestCheckpoint, readDatedEvents } from '../training/run-events.ts';
import type { Format } from './format.ts';
import type { Glimpse } from './glimpse.ts';
import { openOwnModel } from './own-model.ts';
import type { TensorFile } from './tensor-file.ts';

export const run: Format = {
  name: 'Attention Scope run',
  recognise: async seen =>
    seen.kind === 'folder' ? seen.names.has('run.json') && seen.names.has('checkpoints') : seen.name === 'run.json' && (await seen.json())?.get('format') === 'attention-scope-run',
  open,
};

/** Of the directory or its run.json. */
async function open({ path }: Glimpse): Promise<TensorFile> {
  const folder = basename(path) === 'run.json' ? dirname(path) : path;
  const written = (await readdir(join(folder, 'checkpoints')).catch((): string[] => [])).filter(name => /^\d{8}$/.test(name)).toSorted();
  const latest = written.at(-1);
  if (latest === undefined) {
    throw new Failure('broken-model', `${folder} has no checkpoint yet; expected one in ${join(folder, 'checkpoints')}.`, 'Wait for the first validation of the run.');
  }
  const best = await bestCheckpoint(folder, await readDatedEvents(folder));
  const chosen = best === undefined ? latest : basename(best.folder);
  const file = await openOwnModel(join(folder, 'checkpoints', chosen));
  const which = chosen === latest ? (best === undefined ? 'latest' : 'best and latest') : 'best';
  return {
    ...file,
    path: folder,
    format: run.name,
    facts: [{ label: 'Checkpoint', value: `${chosen}, the ${which} of ${written.length}: ${written.join(', ')}` }, ...file.facts],
  };
}
