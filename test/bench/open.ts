/** Opening an ONNX file by its structure alone, against its size; and beside reading it whole, where it can be. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { underRoot } from '../../scripts/root.ts';
import { endsWithUs } from '../../scripts/stop-tree.ts';
import { type LargeModel, writeLargeModel } from '../../trainer/onnx/large.fixture.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { withTemporaryFolder } from './temporary.ts';

const openedSchema = z.object({ milliseconds: z.number(), addedMegabytes: z.number() });
export type Opened = z.infer<typeof openedSchema>;

const megabyte = 2 ** 20;
/** Each open is of a process of its own. */
const mostRuns = 20;

/** Weights are holes in the files: no disk need have room for them. */
const models: readonly (LargeModel & { readonly name: string; readonly canBeWhole: boolean })[] = [
  { name: '10 MB', layers: 40, matrix: megabyte / 4, inside: true, canBeWhole: true },
  { name: '1 GB', layers: 128, matrix: 8 * megabyte, inside: true, canBeWhole: true },
  // Node reads no file over 2 GB at once, and no runtime parses one.
  { name: '2.3 GB', layers: 300, matrix: 8 * megabyte, inside: true, canBeWhole: false },
  { name: '10 GB beside it', layers: 320, matrix: 32 * megabyte, inside: false, canBeWhole: false },
];

export const open: Part = {
  name: 'open',
  about: 'opening an ONNX file and patching it, against its size',
  run: context =>
    withTemporaryFolder(async folder => {
      const measurements: Measurement[] = [];
      for (const model of models) {
        const path = join(folder, 'model.onnx');
        await writeLargeModel(path, model);
        const structure = await runs(path, 'structure', context);
        const patch = await runs(path, 'patch', context);
        const whole = model.canBeWhole ? await runs(path, 'whole', context) : [];
        measurements.push(...measurementsOf(model.name, { structure, patch, whole }));
      }
      return measurements;
    }),
};

type Way = 'structure' | 'patch' | 'whole';

function measurementsOf(size: string, { structure, patch, whole }: Readonly<Record<Way, readonly Opened[]>>): Measurement[] {
  const [times, memory] = [structure.map(({ milliseconds }) => milliseconds), structure.map(({ addedMegabytes }) => addedMegabytes)];
  const name = `ONNX file of ${size}, `;
  const rest: Measurement[] = [
    { name: `${name}memory that it adds`, unit: 'MB', values: memory, limit: { kind: 'budget', most: 100, of: 'p95' } },
    { name: `${name}opened and patched in memory`, unit: 'ms', values: patch.map(({ milliseconds }) => milliseconds), limit: { kind: 'none' } },
  ];
  if (whole.length > 0) {
    const theirs = whole.map(({ milliseconds }) => milliseconds);
    rest.push({ name: `${name}opened`, unit: 'ms', values: times, limit: { kind: 'ratio', most: 1, to: 'reading it whole', theirs, by: 'median' } });
  }
  return [{ name: `${name}opened`, unit: 'ms', values: times, limit: { kind: 'budget', most: 300, of: 'p95' } }, ...rest];
}

async function runs(path: string, way: Way, context: BenchContext): Promise<Opened[]> {
  const all: Opened[] = [];
  for (let run = 0; run < Math.min(context.runs, mostRuns); run++) all.push(await openOnce(path, way));
  return all;
}

function openOnce(path: string, way: Way): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', underRoot('test/bench/open-ours.ts'), path, way], {
      stdio: ['ignore', 'pipe', 'inherit'], detached: process.platform !== 'win32',
    });
    endsWithUs(child);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', code => (code === 0 ? resolve(openedSchema.parse(JSON.parse(output))) : reject(new Error(`opening ended with ${code}`))));
  });
}
