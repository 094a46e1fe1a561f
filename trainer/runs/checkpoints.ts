/** The whole checkpoints of a run, and how much of the disk they take. */
import { basename, join, resolve } from 'node:path';
import { manifestName } from '../checkpoints/manifest.ts';
import { isIn } from '../files/is-in.ts';
import { mayHoldWeights } from '../formats/huggingface.ts';
import { namesIn, realPathOf, statsOf } from './quietly.ts';

export interface CheckpointSeen {
  readonly step: number;
  /** Absolute; of a checkpoint of another program perhaps a file. */
  readonly folder: string;
  readonly bytes: number;
}

export const mostCheckpoints = 1000;
const mostFiles = 1000;

/**
 * By step, the newest of them. A folder whose name begins with a dot is being written or removed; one without a manifest was copied by
 * half, unless a program of its own writes the run: then it is one that holds anything that is opened.
 * @param told of such a program: by step, paths within the run that its events tell of, wherever it writes its checkpoints
 */
export function findCheckpoints(run: string, told?: ReadonlyMap<number, string>): CheckpointSeen[] {
  const found = new Map<number, CheckpointSeen>();
  const take = (step: number, path: string | undefined): void => {
    const bytes = path === undefined || found.has(step) ? undefined : bytesAt(path, told !== undefined);
    if (path !== undefined && bytes !== undefined) found.set(step, { step, folder: path, bytes });
  };
  const parent = join(run, 'checkpoints');
  for (const name of namesIn(parent).filter(name => /^\d{8,15}$/.test(name)).toSorted().slice(-mostCheckpoints)) take(Number(name), join(parent, name));
  for (const [step, path] of told ?? []) take(step, pathWithin(run, path));
  return [...found.values()].toSorted((one, other) => one.step - other.step).slice(-mostCheckpoints);
}

/** Nothing where a path, or what it leads to, is not in the run: whoever wrote the events says what they like. */
function pathWithin(run: string, told: string): string | undefined {
  const path = resolve(run, told);
  const [real, realRun] = [realPathOf(path), realPathOf(run)];
  return path !== run && isIn(path, run) && real !== undefined && realRun !== undefined && isIn(real, realRun) ? path : undefined;
}

/** Nothing where it is no checkpoint. */
function bytesAt(path: string, isForeign: boolean): number | undefined {
  const stats = statsOf(path);
  if (stats?.isFile() === true) return mayHoldWeights(basename(path)) ? stats.size : undefined;
  const names = namesIn(path).slice(0, mostFiles);
  if (!names.includes(manifestName) && !(isForeign && names.some(mayHoldWeights))) return undefined;
  return names.reduce((sum, file) => sum + (statsOf(join(path, file))?.size ?? 0), 0);
}
