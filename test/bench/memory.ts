/** Memory of a process and all that it started, in MB, as Linux tells it (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  /** Sum of the resident sets: a page that two share counts twice. */
  readonly resident: number;
  /** Sum of the proportional sets: a shared page counts once in all; undefined where we may not read it. */
  readonly proportional: number | undefined;
}

export const canReadMemory: boolean = process.platform === 'linux';

export function memoryOfTree(pid: number): Memory {
  const pids = treeOf(pid);
  const proportional = pids.map(one => kilobytes(`/proc/${one}/smaps_rollup`, 'Pss'));
  return {
    resident: pids.reduce((sum, one) => sum + (kilobytes(`/proc/${one}/status`, 'VmRSS') ?? 0), 0) / 1024,
    proportional: proportional.some(one => one === undefined) ? undefined : proportional.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 1024,
  };
}

function treeOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(task =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(id => id !== '').map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
}

function kilobytes(file: string, key: string): number | undefined {
  try {
    const found = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'utf8'))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
