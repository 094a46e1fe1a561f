/** TensorBoard's event files: which of a folder are of one run. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isEventFile, parts } from './log-names.ts';

/** A folder with more is a mistake somewhere. */
const mostFiles = 10_000;

/** Files that were begun one after the other, in that order. */
export interface EventFiles {
  /** Of curves' names: the part's, or none. */
  readonly prefix: string;
  readonly files: readonly string[];
}

/** The event files of a folder and of the parts in it; none where it is no log. */
export async function findEventFiles(folder: string): Promise<EventFiles[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = [{ prefix: '', files: eventFilesOf(folder, names) }];
  for (const part of parts.filter(one => names.includes(one))) {
    const inner = join(folder, part);
    found.push({ prefix: `${part}/`, files: eventFilesOf(inner, await readdir(inner).catch((): string[] => [])) });
  }
  return found.filter(({ files }) => files.length > 0);
}

/** By the seconds in their names, as far as these differ. */
function eventFilesOf(folder: string, names: readonly string[]): string[] {
  const second = (name: string): number => Number(/tfevents\.(\d+)/.exec(name)?.[1] ?? 0);
  const sorted = names.filter(isEventFile).toSorted((one, other) => second(one) - second(other) || (one < other ? -1 : 1));
  return sorted.slice(0, mostFiles).map(name => join(folder, name));
}
