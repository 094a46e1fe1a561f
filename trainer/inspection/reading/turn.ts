import { setImmediate } from 'node:timers/promises';

/** Lets what came meanwhile be heard, a cancellation among it. @throws AbortError */
export async function turn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
