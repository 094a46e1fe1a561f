import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import type { TranslationConfig } from '../tasks/translation/config.ts';
import { type Dataset, prepareDataset } from '../tasks/translation/dataset.ts';
import { translationTask } from '../tasks/translation/task.ts';
import { padBatch, shapeOf } from './batch.ts';
import type { PlannedBatch } from './task.ts';
import { asTable, tableOf, toyConfig, toyPairs } from './training.fixture.ts';
import { Trainer } from './trainer.ts';

let folder: string;
let dataset: Dataset;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainer-'));
  const file = join(folder, 'toy.tsv');
  await writeFile(file, asTable(toyPairs(300)));
  dataset = await prepareDataset(tableOf(file), config(), () => undefined);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const config = (training: Partial<TranslationConfig['training']> = {}): TranslationConfig =>
  toyConfig({ buckets: [[16, 16]], ...training });
const load = async (training: Partial<TranslationConfig['training']>): Promise<Trainer> =>
  Trainer.load(await loadRuntime(), translationTask(config(training), dataset).model, config(training).training);
/** Of up to eight pairs, for graphs of as many target places as `tokensPerBatch` says. */
const batch = (from: number, to: number, tokensPerBatch = config().training.tokensPerBatch): PlannedBatch => ({
  bucket: 0,
  pad: () =>
    padBatch(
      dataset.train.slice(from, to).map(({ plain }) => plain),
      shapeOf({ source: 16, target: 16 }, tokensPerBatch),
      dataset.special,
    ),
});
const gradients = ({ state }: Trainer): { name: string; data: number[] }[] =>
  state.parameters.map(({ spec, gradient }) => ({ name: spec.name, data: [...gradient.data] }));

test('two batches accumulated are one batch twice the size', async () => {
  // 16 target places a pair: four pairs a batch, and eight.
  const small = await load({ dropout: 0, accumulate: 2, tokensPerBatch: 64 });
  const large = await load({ dropout: 0, tokensPerBatch: 128 });
  for (let step = 0; step < 3; step++) {
    const from = step * 8;
    const halves = await small.step([batch(from, from + 4, 64), batch(from + 4, from + 8, 64)], 100);
    const whole = await large.step([batch(from, from + 8, 128)], 100);
    expect(halves.count).toBe(whole.count);
    expect(halves.loss).toBeCloseTo(whole.loss, 4);
    expect(halves.gradientNorm / whole.gradientNorm).toBeCloseTo(1, 3);
    if (step > 0) continue;
    // Adam's first steps turn tiny differences of tiny gradients into large ones of weights: gradients are compared once.
    const expected = gradients(large);
    for (const [index, { name, data }] of gradients(small).entries()) {
      const reference = expected[index]?.data ?? [];
      const scale = Math.sqrt(reference.reduce((sum, value) => sum + value * value, 0));
      const difference = Math.sqrt(data.reduce((sum, value, place) => sum + (value - (reference[place] ?? 0)) ** 2, 0));
      expect(difference, name).toBeLessThanOrEqual(1e-4 * scale + 1e-7);
    }
  }
  await small.release();
  await large.release();
});

test('a short last group of batches counts by its tokens', async () => {
  const accumulating = await load({ dropout: 0, accumulate: 4, tokensPerBatch: 64 });
  const plain = await load({ dropout: 0, tokensPerBatch: 64 });
  const one = await accumulating.step([batch(0, 3, 64)], 100);
  const other = await plain.step([batch(0, 3, 64)], 100);
  expect(one.loss).toBeCloseTo(other.loss, 5);
  expect(one.gradientNorm / other.gradientNorm).toBeCloseTo(1, 5);
  await accumulating.release();
  await plain.release();
});

test('a model that no memory holds is refused before its graphs are loaded, saying what to lower', async () => {
  const runtime = await loadRuntime();
  const right = config();
  const huge = { ...right, model: { ...right.model, embedding: 4096, hidden: 4096, encoder: { hidden: 4096, layers: 1, bidirectional: true } } };
  await expect(Trainer.load(runtime, translationTask(huge, dataset).model, huge.training)).rejects.toMatchObject({
    code: 'bad-config', message: expect.stringMatching(/need \d+\.\d GB .* at most 4\.0 GB/), hint: expect.stringContaining('"vocabulary.size"'),
  });
});

test('dropout depends on seed and step alone, and validation is without', async () => {
  const [one, same, other] = [await load({ seed: 5 }), await load({ seed: 5 }), await load({ seed: 5, dropout: 0 })];
  const losses = async (trainer: Trainer): Promise<number[]> => [
    await trainer.validate([batch(0, 8)]),
    (await trainer.step([batch(0, 8)], 100)).loss,
    await trainer.validate([batch(0, 8)]),
    (await trainer.step([batch(0, 8)], 100)).loss,
  ];
  const [validated, dropped] = await losses(one);
  const again = await losses(same);
  const without = await losses(other);
  expect(again[0]).toBe(validated);
  expect(again[1]).toBe(dropped);
  expect(without[0]).toBe(validated);
  expect(without[1]).not.toBe(dropped);
  for (const trainer of [one, same, other]) await trainer.release();
});

test('the gradient is clipped by its global norm before Adam sees it', async () => {
  const clipped = await load({ clipNorm: 1e-3, dropout: 0 });
  const report = await clipped.step([batch(0, 8)], 100);
  expect(report.gradientNorm).toBeGreaterThan(1e-3);
  // AdamW's first moment after one step is (1 − β₁) times the clipped gradient.
  const moments = clipped.state.parameters.reduce((sum, { first }) => sum + first.data.reduce((part, value) => part + value * value, 0), 0);
  expect(Math.sqrt(moments)).toBeCloseTo(0.1 * 1e-3, 6);
  await clipped.release();
});

test('a loss that is no number ends the training, saying at which step and which tensor first went wrong', async () => {
  const diverging = await load({ optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, learningRate: 10, warmupSteps: 0, clipNorm: 0, dropout: 0 });
  for (const { spec, value } of diverging.state.parameters) if (spec.name === 'readout.word') value.data[0] = NaN;
  await expect(diverging.step([batch(0, 8)], 100)).rejects.toMatchObject({
    code: 'bad-config',
    message: 'The loss is no number any more at step 1: parameter readout.word held NaN.',
    hint: expect.stringContaining('"training.learningRate"'),
  });
  await diverging.release();
});

test('a held-out loss that is no number ends the training too', async () => {
  const broken = await load({});
  for (const { spec, value } of broken.state.parameters) if (spec.name === 'readout.word') value.data[0] = NaN;
  await expect(broken.validate([batch(0, 8)])).rejects.toMatchObject({
    code: 'bad-config',
    message: 'The held-out loss is no number any more after step 0: parameter readout.word held NaN.',
  });
  expect(await broken.tryToValidate([batch(0, 8)])).toBeNaN();
  await broken.release();
});
