/**
 * The process that an estimate is measured in: one of its own, since it trains, and since what it remembers of memory is the
 * most it ever had.
 *
 *     estimate.mjs     started by `EstimateProcess`, with an IPC channel and the memory settings of a training
 */
import { Failure } from '../../protocol/failure.ts';
import { parseConfig } from './config.ts';
import { estimateRun } from './estimate.ts';
import type { FromEstimate, ToEstimate } from './estimate-process.ts';

function say(message: FromEstimate): void {
  if (process.connected) process.send?.(message);
}

process.on('disconnect', () => process.exit(0));
process.on('message', (asked: ToEstimate) => void answer(asked));

async function answer({ text, ...places }: ToEstimate): Promise<void> {
  // Who waits no more kills this process.
  const { signal } = new AbortController();
  try {
    const config = parseConfig(JSON.parse(text.replace(/^\uFEFF/, '')), places.file);
    say({ kind: 'done', result: await estimateRun(config, places, doing => say({ kind: 'doing', doing }), signal) });
  } catch (thrown) {
    say({ kind: 'failed', failure: Failure.from(thrown).toData() });
  }
}
