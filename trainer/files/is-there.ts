import { errnoOf } from './errno.ts';

/** Whether a process has that id, whoever's it is. It may be another than had it once (training/process-start.ts). */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errnoOf(thrown) === 'EPERM';
  }
}
