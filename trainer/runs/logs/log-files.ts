/** Which files a log is told by: when one of them changes, it is to be read again. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findEventFiles } from './event-files.ts';
import { tableNames } from './log-names.ts';
import { hparamsName } from './settings.ts';
import { findTrainerState } from './trainer-state.ts';

/** Folders of the Trainer's own logs that are looked into. */
const mostFolders = 100;

/** Of a file itself; of a folder those that are there, however many others lie beside them. */
export async function filesOfLog(path: string): Promise<string[]> {
  if (await stat(path).then(found => !found.isDirectory(), () => true)) return [path];
  const names = await readdir(path).catch((): string[] => []);
  const beside = [...tableNames, hparamsName].filter(name => names.includes(name)).map(name => join(path, name));
  const state = await findTrainerState(path);
  const events = await eventFilesIn(path);
  return [...events, ...(state === undefined ? [] : [state, ...(await trainerEvents(path))]), ...beside];
}

/** A Trainer tells its state only with a checkpoint, and every few steps in `runs/<start>`: by that it is known to go on. */
async function trainerEvents(path: string): Promise<string[]> {
  const runs = join(path, 'runs');
  const starts = await readdir(runs).catch((): string[] => []);
  const found: string[] = [];
  for (const start of starts.toSorted().slice(-mostFolders)) found.push(...(await eventFilesIn(join(runs, start))));
  return found;
}

const eventFilesIn = async (folder: string): Promise<string[]> => (await findEventFiles(folder)).flatMap(({ files }) => files);
