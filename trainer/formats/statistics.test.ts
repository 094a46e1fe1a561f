import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askTorch, testWithTorch, torchIsHere, type TorchTensor } from '../../test/torch/torch.ts';
import type { Dtype } from './dtype.ts';
import { openTensorFile } from './open.ts';
import { entryNamed } from './read.fixture.ts';
import { statisticsOf } from './statistics.ts';
import type { TensorFile } from './tensor-file.ts';

let folder: string;
let written: ReadonlyMap<string, TorchTensor> = new Map();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statistics-'));
  if (torchIsHere) written = await askTorch('checkpoints', {}, { what: 'statistics', folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cases = ['normal64', 'normal32', 'normal16', 'whole8', 'whole64', 'truth', 'far', 'special', 'large', 'small', 'edges', 'brain'];

testWithTorch.each(cases)('%s: as numpy computes them', async name => {
  const file = await openTensorFile(join(folder, name === 'brain' ? 'brain.pt' : 'cases.npz'));
  const found = await statisticsOf(file, entryNamed(file, name));
  const [minimum = NaN, maximum = NaN, mean = NaN, deviation = NaN, zeros, nans, infinities] = Array.from(written.get(`${name}/statistics`)?.data ?? [], Number);
  expect(found).toMatchObject({ minimum, maximum, zeros, nans, infinities });
  const spread = Math.max(Math.abs(minimum), Math.abs(maximum));
  expect(Math.abs((found.mean ?? NaN) - mean) / spread).toBeLessThan(1e-13);
  expect((found.deviation ?? NaN) / deviation).toBeCloseTo(1, 9);
  expect(found.histogram).toEqual(Array.from(written.get(`${name}/histogram`)?.data ?? [], Number));
  await file.close();
});

/** A tensor of made-up bytes. */
function made(dtype: Dtype, shape: readonly number[], chunks: () => Iterable<Uint8Array>): TensorFile {
  return {
    format: 'made', path: '/made', size: 0, facts: [], tensors: [{ name: 'it', dtype, shape, bytes: 0 }],
    async *read() { yield* chunks(); },
    close: async () => undefined,
  };
}

test('nothing finite: nothing but counts', async () => {
  const file = made('float32', [3], () => [new Uint8Array(Float32Array.of(NaN, Infinity, -Infinity).buffer)]);
  expect(await statisticsOf(file, entryNamed(file, 'it'))).toEqual({
    elements: 3, minimum: null, maximum: null, mean: null, deviation: null, zeros: 0, nans: 1, infinities: 2, histogram: [],
  });
});

test('no elements', async () => {
  const file = made('float32', [0, 4], () => []);
  expect(await statisticsOf(file, entryNamed(file, 'it'))).toMatchObject({ elements: 0, minimum: null, histogram: [] });
});

test('all the same: one bin', async () => {
  const file = made('int8', [4], () => [Uint8Array.of(7, 7, 7, 7)]);
  expect(await statisticsOf(file, entryNamed(file, 'it'))).toMatchObject({ minimum: 7, maximum: 7, mean: 7, deviation: 0, histogram: [4] });
});

test('packed elements: three of four bits in two bytes, the first in the low bits', async () => {
  const file = made('int4', [3], () => [Uint8Array.of(0x7f, 0x08)]);
  expect(await statisticsOf(file, entryNamed(file, 'it'))).toMatchObject({ elements: 3, minimum: -8, maximum: 7, mean: -2 / 3 });
});

test('too few or too many values are no tensor', async () => {
  const file = made('float32', [3], () => [new Uint8Array(8)]);
  await expect(statisticsOf(file, entryNamed(file, 'it'))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('has 2 elements; expected 3, of shape [3]') });
});

test('a tensor without end can be stopped, and others get their turn', async () => {
  const controller = new AbortController();
  const file = made('float32', [1e12], function* () {
    for (;;) yield new Uint8Array(1 << 16);
  });
  setTimeout(() => controller.abort(), 50);
  await expect(statisticsOf(file, entryNamed(file, 'it'), { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
