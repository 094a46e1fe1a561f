/** The whole checkpoints of a run, and how much of the disk they take. */
import { join } from 'node:path';
import { manifestName } from '../checkpoints/manifest.ts';
import { namesIn, statsOf } from './quietly.ts';

export interface CheckpointSeen {
  readonly step: number;
  /** Absolute. */
  readonly folder: string;
  readonly bytes: number;
}

const mostCheckpoints = 1000;
const mostFiles = 1000;

/** By step. A folder whose name begins with a dot is being written or removed; one without a manifest was copied by half. */
export function findCheckpoints(run: string): CheckpointSeen[] {
  const parent = join(run, 'checkpoints');
  const found: CheckpointSeen[] = [];
  for (const name of namesIn(parent).filter(name => /^\d{8,15}$/.test(name)).toSorted().slice(-mostCheckpoints)) {
    const folder = join(parent, name);
    const names = namesIn(folder);
    if (!names.includes(manifestName)) continue;
    const bytes = names.slice(0, mostFiles).reduce((sum, file) => sum + (statsOf(join(folder, file))?.size ?? 0), 0);
    found.push({ step: Number(name), folder, bytes });
  }
  return found;
}
