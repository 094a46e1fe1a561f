/** Which runs there are under a folder. */
import { readdirSync, type Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { isLogFolder, isOfLog, logFile, tableNames } from './logs/log-names.ts';
import { namesIn } from './quietly.ts';
import { isRun } from './seen-run.ts';

/** Something that may be a run. */
export interface FoundRun {
  /** Of a run's folder; or of a folder or file that may be a log of another program. */
  readonly path: string;
  readonly kind: 'run' | 'log';
  /** The folder above it, where that groups runs. */
  readonly group: string | undefined;
  /** In its folder, where they were read. */
  readonly names: readonly string[] | undefined;
}

export interface Found {
  readonly runs: readonly FoundRun[];
  /** Folders that hold runs, the given one too. */
  readonly folders: readonly string[];
}

/** An experiment's folder may hold cross-validations, whose folds are runs. */
const deepest = 3;
const mostFolders = 20_000;
/** Milliseconds of looking at a stretch, after which others have their turn. */
const stretch = 15;

/**
 * The folder itself if it is a run, else the runs in it and in the folders that group them; beside these also itself where it is a
 * log of another program. Names with a dot are passed over.
 * @param isKnown folders that were runs when they were looked at: they are not looked into again
 * @throws Failure `no-such-file` where the folder cannot be read, for another reason than that it is not there
 */
export async function findRuns(folder: string, isKnown: (folder: string) => boolean = () => false): Promise<Found> {
  const entries = entriesOf(folder);
  if (entries === undefined) return { runs: [], folders: [] };
  const names = entries.map(({ name }) => name);
  if (isRun(folder, names)) return { runs: [{ path: folder, kind: 'run', group: undefined, names }], folders: [] };
  const runs: FoundRun[] = isLogFolder(names) || hasTable(names) ? [{ path: folder, kind: 'log', group: undefined, names }] : [];
  const folders: string[] = [folder];
  let looked = 0;
  let since = performance.now();
  const walk = async (parent: string, inside: readonly Dirent[], depth: number): Promise<void> => {
    const group = depth === 0 ? undefined : basename(parent);
    const own = inside.map(({ name }) => name);
    // Of what is told as one log, nothing is told once more.
    const isTold = isLogFolder(own) ? isOfLog : hasTable(own) ? isTable : () => false;
    for (const entry of inside) {
      const path = join(parent, entry.name);
      if (entry.name.startsWith('.')) continue;
      if (entry.isFile() && logFile.test(entry.name) && !isTold(entry.name)) runs.push({ path, kind: 'log', group, names: undefined });
      if (!(entry.isDirectory() || entry.isSymbolicLink()) || ++looked > mostFolders) continue;
      if (isKnown(path)) {
        runs.push({ path, kind: 'run', group, names: undefined });
        continue;
      }
      if (performance.now() - since > stretch) {
        await setImmediate();
        since = performance.now();
      }
      const within = namesIn(path);
      if (isRun(path, within)) {
        runs.push({ path, kind: 'run', group, names: within });
        continue;
      }
      const isLog = isLogFolder(within);
      if ((isLog || hasTable(within)) && !isTold(entry.name)) runs.push({ path, kind: 'log', group, names: within });
      if (!isLog && depth + 1 < deepest && entry.isDirectory() && within.length > 0) {
        folders.push(path);
        await walk(path, quietEntries(path), depth + 1);
      }
    }
  };
  await walk(folder, entries, 0);
  return { runs, folders };
}

const isTable = (name: string): boolean => tableNames.some(one => one === name);
/** Such a folder may hold runs besides. */
const hasTable = (names: readonly string[]): boolean => names.some(isTable);

function quietEntries(folder: string): readonly Dirent[] {
  try {
    return entriesOf(folder) ?? [];
  } catch (thrown) {
    if (thrown instanceof Failure) return [];
    throw thrown;
  }
}

function entriesOf(folder: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code === undefined) throw thrown;
    if (code === 'ENOENT') return undefined;
    throw new Failure('no-such-file', `${folder} cannot be read (${code}); a folder with runs was expected.`, 'Check the path and its permissions.', { cause: thrown });
  }
}
