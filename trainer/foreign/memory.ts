/** Whether a model fits into the memory: told before it is loaded, for what follows may be a machine that answers no more. */
import { freemem, totalmem } from 'node:os';
import { Failure } from '../../protocol/failure.ts';

export interface Memory {
  /** In bytes: what could be had without taking it from another program. */
  readonly free: number;
  /** What there is at all, or what this process may have. */
  readonly total: number;
}

/** How much memory there is now; where a control group bounds this process, what that allows. */
export function memoryNow(): Memory {
  const bound = process.constrainedMemory?.() ?? 0;
  // Without a bound, an absurdly large number is told.
  const total = bound > 0 ? Math.min(bound, totalmem()) : totalmem();
  return { free: Math.min(total, process.availableMemory?.() ?? freemem()), total };
}

/** What is to be told of a model that is larger than the free memory, or nothing. */
export function memoryNotice(name: string, bytes: number, { free }: Memory): string | undefined {
  return bytes <= free ? undefined : `${name} has ${gigabytes(bytes)}, and ${gigabytes(free)} of memory are free: loading it may slow this machine down, or fail.`;
}

/** What to do with a model that is larger than the free memory. */
export type WhenLarge =
  /** Whoever asked says whether to go on: the editor does so. */
  | { readonly do: 'refuse' }
  /** It is told, and loaded, unless this machine has not so much at all. */
  | { readonly do: 'warn'; readonly warn: (notice: string) => void };

/**
 * To be called before a model is loaded.
 * @param bytes the size of its weights
 * @throws Failure `not-enough-memory`
 */
export function announce(name: string, bytes: number, whenLarge: WhenLarge, memory = memoryNow()): void {
  const notice = memoryNotice(name, bytes, memory);
  if (notice === undefined) return;
  if (whenLarge.do === 'refuse') throw new Failure('not-enough-memory', notice, 'Close other programs, or load it all the same.');
  if (bytes > memory.total) {
    throw new Failure(
      'not-enough-memory',
      `${name} has ${gigabytes(bytes)}; this machine has ${gigabytes(memory.total)} of memory in all.`,
      'Take a smaller or quantised model. It can still be inspected.',
    );
  }
  whenLarge.warn(notice);
}

export function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
