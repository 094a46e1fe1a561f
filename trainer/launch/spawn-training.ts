import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writingFailure } from '../files/atomic.ts';
import { cutLog, logOf } from './output-log.ts';
import type { RunRequest } from './request.ts';
import type { Launcher } from './runtime-copy.ts';

export interface SpawnedTraining {
  /** Resolves when the process has ended, or with the reason why there never was one. */
  readonly ended: Promise<string | undefined>;
}

/** Starts the process that answers a run's request. What it prints goes into the run's log. @throws Failure `no-such-file`, `disk-full` */
export async function spawnTraining(folder: string, request: RunRequest, { execArgv, script }: Omit<Launcher, 'name'>): Promise<SpawnedTraining> {
  const args = [
    ...execArgv, script, 'train', join(folder, request.config), '--run-dir', folder, '--origin', request.origin, '--request', request.id,
    ...(request.resume ? ['--resume'] : []),
  ];
  const file = logOf(folder);
  cutLog(file);
  const log = await open(file, 'a').catch((thrown: unknown) => {
    throw writingFailure(thrown, file);
  });
  try {
    const child = spawn(process.execPath, args, {
      cwd: dirname(folder),
      detached: true, // a session of its own: it goes on without this process, and without the terminal of this one
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
      env: environmentOf(request),
    });
    child.unref();
    const ended = new Promise<string | undefined>(resolve => {
      child.once('error', error => resolve(error.message));
      child.once('exit', () => resolve(undefined));
    });
    return { ended };
  } finally {
    await log.close();
  }
}

/** This process's, with what a training heeds as it was where it was asked for. */
function environmentOf({ environment }: RunRequest): NodeJS.ProcessEnv {
  const { ATTENTION_SCOPE_DATA: _data, ATTENTION_SCOPE_PROVIDER: _provider, ATTENTION_SCOPE_RUNTIME: _runtime, ...rest } = process.env;
  return { ...rest, ...environment };
}
