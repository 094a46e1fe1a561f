import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NamedTensor, writeSafetensors } from '../checkpoints/safetensors.ts';
import { compareTensorFiles } from './compare.ts';
import { openTensorFile } from './open.ts';
import type { TensorFile } from './tensor-file.ts';

let folder: string;
const open: TensorFile[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(file => file.close()));
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(name: string, tensors: Readonly<Record<string, readonly number[]>>): Promise<TensorFile> {
  const named = Object.entries(tensors).map(([key, values]): NamedTensor => ({ name: key, shape: [values.length], data: Float32Array.from(values) }));
  await writeSafetensors(join(folder, name), named, {});
  return opened(name);
}

async function opened(name: string): Promise<TensorFile> {
  const file = await openTensorFile(join(folder, name));
  open.push(file);
  return file;
}

/** One tensor, `it`, of any type, as safetensors. */
async function rawFile(name: string, dtype: string, shape: readonly number[], data: ArrayBufferView): Promise<TensorFile> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const header = Buffer.from(JSON.stringify({ it: { dtype, shape, data_offsets: [0, bytes.length] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(join(folder, name), Buffer.concat([length, header, bytes]));
  return opened(name);
}

test('which differ, by how much, the most different first; which were added or are missing', async () => {
  const before = await fileOf('a.safetensors', { same: [1, 2], little: [3, 4], much: [1, 0], zero: [0, 0], gone: [1], grown: [1, 2] });
  const after = await fileOf('b.safetensors', { same: [1, 2], little: [3, 4.5], much: [0, 2], zero: [0, 1], grown: [1, 2, 3], fresh: [5] });
  const { changed, equal, added, missing, incomparable } = await compareTensorFiles(before, after);
  expect(changed).toEqual([
    { name: 'zero', largest: 1, mean: 0.5, relative: null },
    { name: 'much', largest: 2, mean: 1.5, relative: Math.sqrt(5) },
    { name: 'little', largest: 0.5, mean: 0.25, relative: 0.1 },
  ]);
  expect(equal).toBe(1);
  expect(added.map(({ name }) => name)).toEqual(['fresh']);
  expect(missing.map(({ name }) => name)).toEqual(['gone']);
  expect(incomparable).toEqual([{ name: 'grown', why: '[2] and [3]' }]);
});

test('of other types: by value', async () => {
  const single = await rawFile('a', 'F32', [3], Float32Array.of(1, -2, 0.5));
  const half = await rawFile('b', 'F16', [3], Uint16Array.of(0x3c00, 0xc000, 0x3800));
  expect(await compareTensorFiles(single, half)).toMatchObject({ equal: 1, changed: [] });
  const whole = await rawFile('c', 'I8', [3], Int8Array.of(1, -2, 1));
  expect((await compareTensorFiles(single, whole)).changed).toEqual([{ name: 'it', largest: 0.5, mean: 0.5 / 3, relative: 0.5 / Math.sqrt(5.25) }]);
});

test('64-bit integers beyond what a number counts exactly', async () => {
  const a = await rawFile('a', 'I64', [2], BigInt64Array.of(2n ** 60n, -5n));
  const b = await rawFile('b', 'I64', [2], BigInt64Array.of(2n ** 60n + 1n, -5n));
  expect((await compareTensorFiles(a, b)).changed).toEqual([{ name: 'it', largest: 1, mean: 0.5, relative: 2 ** -60 }]);
});

test('what is no number: the same on both sides is equal, on one side it cannot be told how far it is', async () => {
  const a = await fileOf('a', { same: [NaN, Infinity, 1], lost: [1, 2, 3], turned: [Infinity] });
  const b = await fileOf('b', { same: [NaN, Infinity, 1], lost: [1, NaN, 3], turned: [-Infinity] });
  const { equal, incomparable } = await compareTensorFiles(a, b);
  expect(equal).toBe(1);
  expect(incomparable).toEqual([
    { name: 'lost', why: '1 value is finite in only one of them' },
    { name: 'turned', why: '1 value is finite in only one of them' },
  ]);
});

test('large tensors, aligned however each is cut; progress goes up to the end, and it can be stopped', async () => {
  const size = 600_000;
  const values = Float32Array.from({ length: size }, (_, index) => Math.sin(index));
  const [a, b] = [await rawFile('a', 'F32', [size], values), await rawFile('b', 'F64', [size], Float64Array.from(values, value => value + 1))];
  const told: number[] = [];
  const { changed } = await compareTensorFiles(a, b, { onProgress: ({ read, of }) => told.push(read / of) });
  expect(changed[0]?.largest).toBe(1);
  expect(changed[0]?.mean).toBeCloseTo(1, 12);
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual(told.toSorted((x, y) => x - y));
  const controller = new AbortController();
  const stopped = compareTensorFiles(a, b, { signal: controller.signal });
  setImmediate(() => controller.abort());
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});
