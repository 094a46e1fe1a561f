/** Reading runs: following one, its first curve, a folder of many, and how soon a checkpoint is told. */
import { spawn } from 'node:child_process';
import * as z from 'zod';
import { underRoot } from '../../scripts/root.ts';
import { endsWithUs } from '../../scripts/stop-tree.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { withTemporaryFolder } from './temporary.ts';

const measuredSchema = z.object({ values: z.array(z.number()) });

/** What is measured, each in a process of its own that has read no run before (runs-ours.ts). */
const ways = {
  idle: { name: 'following a run that nothing happens in, share of a core', unit: '%', most: 0.2, of: 'value', runs: 1 },
  polled: { name: 'the same where the file system tells nothing', unit: '%', most: 0.2, of: 'value', runs: 1 },
  busy: { name: 'following a run of 100 events a second, share of a core', unit: '%', most: 1, of: 'value', runs: 1 },
  curve: { name: 'first curve of a run of 1,000,000 events, no index', unit: 'ms', most: 4000, of: 'p95', runs: 5 },
  indexed: { name: 'first curve of a run of 1,000,000 events, from its index', unit: 'ms', most: 1000, of: 'p95', runs: 10 },
  unseen: { name: 'first answer on a folder of 2,000 runs that was never looked at', unit: 'ms', most: 300, of: 'p95', runs: 10 },
  whole: { name: 'all of its 2,000 runs', unit: 'ms', most: undefined, of: 'p95', runs: 10 },
  seen: { name: '2,000 runs that were looked at before, all of them', unit: 'ms', most: 300, of: 'p95', runs: 10 },
  checkpoint: { name: 'from a checkpoint’s rename to its being told', unit: 'ms', most: 500, of: 'p95', runs: 1 },
} as const satisfies Readonly<Record<string, { name: string; unit: Measurement['unit']; most: number | undefined; of: 'value' | 'p95'; runs: number }>>;

export type Way = keyof typeof ways;

export const runs: Part = {
  name: 'runs',
  about: 'reading runs: idle and busy, a million events, two thousand runs, a checkpoint’s way to its notice',
  run: context =>
    withTemporaryFolder(async folder => {
      await once('write', folder);
      const measurements: Measurement[] = [];
      for (const way of Object.keys(ways).filter(isWay)) measurements.push(await measure(way, folder, context));
      return measurements;
    }),
};

async function measure(way: Way, folder: string, context: BenchContext): Promise<Measurement> {
  const { name, unit, most, of, runs: times } = ways[way];
  const values: number[] = [];
  for (let run = 0; run < Math.min(times, context.runs); run++) values.push(...(await once(way, folder)));
  return { name, unit, values, limit: most === undefined ? { kind: 'none' } : { kind: 'budget', most, of } };
}

function isWay(name: string): name is Way {
  return name in ways;
}

function once(way: Way | 'write', folder: string): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', underRoot('test/bench/runs-ours.ts'), way, folder], {
      stdio: ['ignore', 'pipe', 'inherit'], detached: process.platform !== 'win32',
    });
    endsWithUs(child);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', code => (code === 0 ? resolve(measuredSchema.parse(JSON.parse(output)).values) : reject(new Error(`${way} ended with ${code}`))));
  });
}
