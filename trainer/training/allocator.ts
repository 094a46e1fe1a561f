/**
 * Memory of a training. A session of fixed shapes keeps an arena of its own; those of all buckets together take several
 * times what any one needs. With arenas off and the C library told never to give freed memory back, all sessions share
 * one pool at the same speed (docs/decisions/0011-one-pool-for-all-buckets.md). The C library reads this from the
 * environment when a process starts, so a training runs in a child started with it.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure } from '../../protocol/failure.ts';

const marker = 'ATTENTION_SCOPE_SHARED_POOL';

/** Environment: glibc's malloc (mallopt(3), "Environment variables"; "Memory Allocation Tunables" of its manual). */
export const sharedPool: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '17179869184',
  MALLOC_TOP_PAD_: '67108864',
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
  [marker]: '1',
};

/** Whether this process' allocator keeps what is freed for the next one to ask. */
export function keepsFreedMemory(): boolean {
  return process.env[marker] === '1';
}

/** Whether such a process can be had on this system. */
export function canKeepFreedMemory(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return process.platform === 'linux' && report.header?.glibcVersionRuntime !== undefined;
}

/**
 * Runs this same command again in a child with those settings. Signals are handed on; if this process dies, the child
 * loses its channel and ends too.
 * @returns the child's exit code
 * @throws Failure `worker-lost` where the child was killed, and not through this process
 */
export async function runWithSharedPool(): Promise<number> {
  const [script, ...args] = process.argv.slice(1);
  if (script === undefined) throw new Error('there is no script to run again');
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    env: { ...process.env, ...sharedPool },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true, // a group of its own: what is typed at the terminal reaches it once, through us
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let handedOn = false;
  const handOn = (signal: NodeJS.Signals): void => {
    handedOn = true;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, handOn);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (code !== null || signal === null) resolve(code ?? 1);
        else if (handedOn) resolve(128 + constants.signals[signal]);
        else reject(killed(signal));
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, handOn);
  }
}

function killed(signal: NodeJS.Signals): Failure {
  const likely = signal === 'SIGKILL' ? ' Systems do so when memory runs out.' : '';
  return new Failure(
    'worker-lost',
    `The training was killed by ${signal}.${likely}`,
    'Go on from its last checkpoint with --resume. Less memory is needed with a lower "training.tokensPerBatch" (raise "training.accumulate" in turn) or shorter "training.buckets", which make it a new run.',
  );
}

/** Ends this process when the one that started it is gone. */
export function dieWithParent(): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.exit(1));
  process.channel.unref();
}
