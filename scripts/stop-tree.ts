/** Ends a program and everything that it started. On Linux and macOS the program must lead its own group (`detached`). */
import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from './at-exit.ts';

/** Asks first, insists after 3 s. */
export async function stopTree(child: ChildProcess, ended: Promise<void>): Promise<void> {
  signalTree(child, 'SIGTERM');
  await Promise.race([ended, sleep(3_000, undefined, { ref: false })]);
  signalTree(child, 'SIGKILL');
}

/** A program in a group of its own does not hear the terminal's Ctrl-C, nor that we ended: see that it ends with us. */
export function endsWithUs(child: ChildProcess): void {
  child.once('exit', atExit(() => signalTree(child, 'SIGKILL')));
}

function signalTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone.
  }
}
