/** Has a training estimated in a process of its own, which is ended once it has answered, or nobody waits any more. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EstimateRunResult } from '../../protocol/config.ts';
import { Failure, type FailureData } from '../../protocol/failure.ts';
import { isBundled, productRoot } from '../files/root.ts';
import { canKeepFreedMemory, sharedPool } from './allocator.ts';
import type { EstimatePlaces } from './estimate.ts';

export interface ToEstimate extends EstimatePlaces {
  readonly text: string;
}

export type FromEstimate =
  | { readonly kind: 'doing'; readonly doing: string }
  | { readonly kind: 'done'; readonly result: EstimateRunResult }
  | { readonly kind: 'failed'; readonly failure: FailureData };

/** Lines of what the process writes that a message quotes. */
const mostTold = 2000;

/**
 * @param request the config's text, which is JSON, and its file, which need not be there
 * @throws Failure as a training does before its first step; `worker-lost` where its process dies, `cancelled`
 */
export async function estimateInProcess(request: Omit<ToEstimate, 'scratch'>, signal: AbortSignal, tell: (doing: string) => void): Promise<EstimateRunResult> {
  signal.throwIfAborted();
  // Made and removed here: the process is killed whatever it is at.
  const scratch = await mkdtemp(join(tmpdir(), 'attention-scope-estimate-'));
  try {
    return await ask({ ...request, scratch }, signal, tell);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}

async function ask(request: ToEstimate, signal: AbortSignal, tell: (doing: string) => void): Promise<EstimateRunResult> {
  const { module, execArgv } = entry();
  const child = fork(module, [], {
    execArgv: [...execArgv],
    env: { ...process.env, ...(canKeepFreedMemory() && sharedPool) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let written = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (written = (written + text).slice(-mostTold)));
  const onAbort = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort(); // while the process was being started
  try {
    return await new Promise<EstimateRunResult>((resolve, reject) => {
      child.on('message', (message: FromEstimate) => {
        if (message.kind === 'doing') tell(message.doing);
        else if (message.kind === 'done') resolve(message.result);
        else reject(Failure.from(message.failure));
      });
      child.on('error', reject);
      child.once('exit', (code, ended) => reject(signal.aborted ? signal.reason : lost(ended ?? `code ${code}`, written)));
      child.send(request, error => {
        if (error !== null) reject(error);
      });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    await end(child);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gone;
}

function entry(): { readonly module: string; readonly execArgv: readonly string[] } {
  if (isBundled) return { module: join(productRoot, 'dist', 'estimate.mjs'), execArgv: [] };
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { module: join(productRoot, 'trainer', 'training', 'estimate-child.ts'), execArgv: ['--import', loader] };
}

function lost(how: string, written: string): Failure {
  const likely = how === 'SIGKILL' ? ' Systems do so when memory runs out.' : '';
  return new Failure(
    'worker-lost',
    `The process that measured a few steps ended by ${how}.${likely}${written.trim() === '' ? '' : ` It wrote: ${written.trim()}`}`,
    'Choose a smaller model, a lower "training.tokensPerBatch" or shorter "training.buckets".',
  );
}
