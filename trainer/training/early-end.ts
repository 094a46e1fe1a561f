/** How a run ended before its training began: a corpus that is broken, a wish to stop while it was read. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { writingFailure } from '../files/atomic.ts';
import { readRunEvents, type RunEvent } from './run-events.ts';
import { readRecord } from './run-record.ts';

type EarlyEnd = Extract<RunEvent, { readonly type: 'failed' | 'stopped' }>;

/**
 * Appends it to the run's events, unless the run is finished, after which nothing comes. The caller holds the run's lock.
 * @throws Failure `disk-full`, `no-such-file`
 */
export async function tellEarlyEnd(run: string, event: EarlyEnd): Promise<void> {
  const events = await readRunEvents(run);
  const last = events.at(-1);
  if (last?.type === 'finished') return;
  // A run without a record begins anew, as its first attempt, whatever became of it before.
  const begun = (await readRecord(run)) !== undefined;
  const attempt = begun ? 1 + events.reduce((most, { attempt: one }) => Math.max(most, one), 0) : 1;
  const line = JSON.stringify({ ...event, attempt, step: last?.step ?? 0, time: new Date().toISOString() });
  const path = join(run, 'events.jsonl');
  try {
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      const isTorn = size > 0 && buffer[0] !== 0x0a;
      await file.writeFile(`${isTorn ? '\n' : ''}${line}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw writingFailure(thrown, path);
  }
}
