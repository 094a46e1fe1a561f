/** sweep.json in a sweep's folder: what its runs are, for whoever ranks them. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../../protocol/failure.ts';
import { readBounded } from '../../files/bounded.ts';
import { parseJson } from '../../text/parse-json.ts';
import { folderPattern, sweepRecordName } from './folder.ts';
import type { PlannedRun } from './plan.ts';
import { mostRuns, type SweepSpec } from './spec.ts';

const schema = z.object({
  format: z.literal('attention-scope-sweep'),
  formatVersion: z.literal(1),
  name: z.string().max(100),
  title: z.string().max(200),
  metric: z.string().max(100).optional(),
  better: z.enum(['higher', 'lower']).optional(),
  /** SHA-256 of all configs. */
  configs: z.string().max(100),
  runs: z
    .array(z.object({ folder: z.string().regex(folderPattern), settings: z.record(z.string(), z.unknown()), seed: z.int().nullable() }))
    .min(1)
    .max(mostRuns),
});
export type SweepRecord = z.infer<typeof schema>;

/** Whatever makes it another sweep is in it; what may change, how many run at once, is not. */
export function sweepRecordText({ name, title, metric, better }: SweepSpec, runs: readonly PlannedRun[]): string {
  const record: SweepRecord = {
    format: 'attention-scope-sweep',
    formatVersion: 1,
    name,
    title: title ?? name,
    ...(metric !== undefined && { metric }),
    ...(better !== undefined && { better }),
    configs: createHash('sha256').update(runs.map(({ text }) => text).join('\0')).digest('hex'),
    runs: runs.map(({ folder, settings, seed }) => ({ folder, settings, seed })),
  };
  return `${JSON.stringify(record, undefined, 1)}\n`;
}

/** @throws Failure `no-such-file`, `bad-argument` */
export async function readSweepRecord(folder: string): Promise<SweepRecord> {
  const file = join(folder, sweepRecordName);
  const bytes = await readBounded(file, { most: 64_000_000, noun: 'the record of a sweep', hint: 'Name the folder of a sweep.' });
  const record = schema.safeParse(parseJson(bytes.toString('utf8'))).data;
  if (record === undefined) throw new Failure('bad-argument', `${file} is not the record of a sweep.`, 'Name the folder of a sweep.');
  return record;
}
