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

/** Reading the file whole: raced against; told alone, of a file so small that nothing is claimed; or more than can be read. */
type Whole = 'raced' | 'told' | 'impossible';

/** Weights are holes in the files: no disk need have room for them. */
const models: readonly (LargeModel & { readonly name: string; readonly whole: Whole })[] = [
  { name: '10 MB', layers: 40, matrix: megabyte / 4, inside: true, whole: 'told' },
  { name: '1 GB', layers: 128, matrix: 8 * megabyte, inside: true, whole: 'raced' },
  // Node reads no file over 2 GB at once, and no runtime parses one.
  { name: '2.3 GB', layers: 300, matrix: 8 * megabyte, inside: true, whole: 'impossible' },
  { name: '10 GB beside it', layers: 320, matrix: 32 * megabyte, inside: false, whole: 'impossible' },
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
        const whole = model.whole === 'impossible' ? [] : await runs(path, 'whole', context);
        measurements.push(...measurementsOf(model, { structure, patch, whole }));
      }
      return measurements;
    }),
};

type Way = 'structure' | 'patch' | 'whole';

function measurementsOf(model: (typeof models)[number], { structure, patch, whole }: Readonly<Record<Way, readonly Opened[]>>): Measurement[] {
  const [times, memory] = [structure.map(({ milliseconds }) => milliseconds), structure.map(({ addedMegabytes }) => addedMegabytes)];
  const name = `ONNX file of ${model.name}, `;
  const rest: Measurement[] = [
    { name: `${name}memory that it adds`, unit: 'MB', values: memory, limit: { kind: 'budget', most: 100, of: 'p95' } },
    { name: `${name}opened and patched in memory`, unit: 'ms', values: patch.map(({ milliseconds }) => milliseconds), limit: { kind: 'none' } },
  ];
  if (whole.length > 0) {
    const theirs = whole.map(({ milliseconds }) => milliseconds);
    const claim = model.whole === 'raced' ? { most: 1 } : {};
    rest.push({ name: `${name}opened`, unit: 'ms', values: times, limit: { kind: 'ratio', ...claim, to: 'reading it whole', theirs, by: 'median' } });
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
