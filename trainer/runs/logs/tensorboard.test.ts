import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askPython, pythonWith } from '../../../test/torch/writer_packages.ts';
import { torchIsHere } from '../../../test/torch/torch.ts';
import { buildCommandLine, eventsOf, Training, writeToy } from '../../training/training.fixture.ts';
import { findLog, readLog } from './open-log.ts';

const python = await pythonWith('tensorboard', ['tensorboard==2.21.0'], 'comparing with TensorBoard');
const withTensorBoard = test.skipIf(python === undefined);
const withTorch = test.skipIf(python === undefined || !torchIsHere);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensorboard-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Rows = Readonly<Record<string, readonly (readonly [step: number, value: number | null, seconds: number])[]>>;

/** What TensorBoard itself reads in a folder. */
async function asTensorBoard(path: string): Promise<Rows> {
  return (await askPython(python ?? '', 'writer_accumulate.py', path)) as Rows;
}

/** What we read there, in the same shape. */
async function asWe(path: string): Promise<Rows> {
  expect(await findLog(path)).toBe('tensorboard');
  const { series, warnings } = await readLog(path, new AbortController().signal);
  expect(warnings).toEqual([]);
  return Object.fromEntries(
    series.metrics().map(metric => {
      const { steps, values, times } = series.curve(metric) ?? { steps: [], values: [], times: [] };
      return [metric, Array.from(steps, (step, at) => [step, Number.isNaN(values[at]) ? null : (values[at] ?? null), (times[at] ?? 0) / 1000] as const)];
    }),
  );
}

function expectSame(ours: Rows, theirs: Rows): void {
  expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).filter(tag => (theirs[tag]?.length ?? 0) > 0).toSorted());
  for (const [tag, rows] of Object.entries(theirs)) {
    if (rows.length === 0) continue;
    expect(ours[tag]?.map(([step, value]) => [step, value])).toEqual(rows.map(([step, value]) => [step, value]));
    rows.forEach(([, , seconds], at) => expect(ours[tag]?.[at]?.[2]).toBeCloseTo(seconds, 2));
  }
}

withTorch("what PyTorch's SummaryWriter wrote, started again, is read as TensorBoard reads it", async () => {
  const path = join(folder, 'pytorch');
  await askPython(python ?? '', 'writer_summary.py', path);
  const ours = await asWe(path);
  expectSame(ours, await asTensorBoard(path));
  expect(ours['Loss/train']?.map(([step, value]) => [step, value])).toEqual(
    [[1, 2], [2, 1], [3, Math.fround(2 / 3)], [4, 0.5], [5, 1.25], [6, 1.5], [7, 1.75], [8, 2]],
  );
  expect(ours['Accuracy/test']?.map(([step]) => step)).toEqual([1, 2, 3, 4]);
}, 120_000);

withTensorBoard('TensorBoard reads of a run that was killed and resumed what its events tell', async () => {
  const commandLine = await buildCommandLine();
  const run = join(folder, 'run');
  const config = await writeToy(folder, { epochs: 2, validateEvery: 8 });
  const killed = new Training(commandLine, [config, '--run-dir', run]);
  await killed.printed(/held out/);
  await killed.printed(/step 1\d of/);
  await killed.kill('SIGKILL');
  expect(await new Training(commandLine, [config, '--run-dir', run, '--resume']).ended).toMatchObject({ code: 0, error: '' });

  const told = new Map<string, Map<number, number>>();
  for (const event of await eventsOf(run)) {
    const numbers = event.type === 'step' ? { 'train/loss': event['loss'], 'train/likelihood': event['likelihood'] } : event.type === 'validation' ? { 'validation/perplexity': event['perplexity'] } : {};
    for (const [tag, value] of Object.entries(numbers)) {
      // Later lines are of later attempts.
      if (typeof value === 'number') told.set(tag, (told.get(tag) ?? new Map<number, number>()).set(event.step, Math.fround(value)));
    }
  }
  expect(new Set((await eventsOf(run)).map(({ attempt }) => attempt))).toEqual(new Set([1, 2]));
  const theirs = await asTensorBoard(run);
  for (const [tag, values] of told) {
    expect(theirs[tag]?.map(([step, value]) => [step, value]), tag).toEqual([...values].toSorted(([one], [other]) => one - other));
  }
  expect(told.size).toBe(3);

  // And we read these files as TensorBoard does, once they are not in a run of ours.
  const copy = await mkdtemp(join(folder, 'copy-'));
  for (const name of await readdir(run)) if (name.includes('tfevents')) await copyFile(join(run, name), join(copy, name));
  expectSame(await asWe(copy), theirs);
}, 240_000);
