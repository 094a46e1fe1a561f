/** Ends a program and everything that it started. */
import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks first, insists after 3 s. On Linux and macOS the program must lead its own group (`detached`). */
export async function stopTree(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const id = child.pid;
  if (id === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(id), '/T', '/F']);
    return;
  }
  signalGroup(id, 'SIGTERM');
  await Promise.race([ended, sleep(3_000)]);
  signalGroup(id, 'SIGKILL');
}

function signalGroup(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-id, signal);
  } catch {
    // The whole group is gone.
  }
}
