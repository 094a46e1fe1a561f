import { setImmediate } from 'node:timers/promises';

/** Maps, letting signals and the end of the parent process through every now and then. @throws AbortError */
export async function mapYielding<From, To>(items: readonly From[], map: (item: From) => To, signal?: AbortSignal): Promise<To[]> {
  const mapped: To[] = [];
  for (const [index, item] of items.entries()) {
    if (index % 1000 === 0) await setImmediate();
    signal?.throwIfAborted();
    mapped.push(map(item));
  }
  return mapped;
}
