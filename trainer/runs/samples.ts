/** The newest samples of a run, read where its events have them. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSample } from '../../protocol/runs.ts';
import { errnoOf } from '../files/errno.ts';
import { parseEvent } from './event.ts';
import { eventsName } from './follow.ts';
import type { RunFold } from './fold.ts';

const mostSamples = 200;
/** Bytes of a sample's line, and characters of each of its texts. */
const longestLine = 1 << 16;
const longestText = 5_000;

export async function newestSamples(run: string, { samples }: RunFold): Promise<{ samples: RunSample[]; earlierSamples: number }> {
  const offsets = samples.settle().columns.get('offset')?.view() ?? new Float64Array(0);
  const newest = offsets.slice(-mostSamples);
  const found: RunSample[] = [];
  const file = await open(join(run, eventsName)).catch((thrown: unknown) => {
    if (errnoOf(thrown) === undefined) throw thrown;
  });
  if (file === undefined) return { samples: [], earlierSamples: 0 };
  try {
    for (const offset of newest) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(longestLine), 0, longestLine, offset);
      const end = buffer.subarray(0, bytesRead).indexOf('\n');
      const event = end < 0 ? undefined : parseEvent(buffer.toString('utf8', 0, end));
      if (event?.type !== 'sample') continue;
      const text = (key: string): string => {
        const value = event.fields[key];
        return typeof value === 'string' ? value.slice(0, longestText) : '';
      };
      found.push({ step: event.step, source: text('source'), target: text('target'), reference: text('reference') });
    }
  } finally {
    await file.close();
  }
  return { samples: found, earlierSamples: offsets.length - newest.length };
}
