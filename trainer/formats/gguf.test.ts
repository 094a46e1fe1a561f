import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gguf } from './gguf.ts';
import { glimpse } from './glimpse.ts';
import { entryNamed, valuesIn } from './read.fixture.ts';
import { statisticsOf } from './statistics.ts';

/** Made by fixtures/tiny_gguf.py. */
const tiny = fileURLToPath(new URL('fixtures/tiny.gguf', import.meta.url));

test('a file that the Python package gguf wrote: its metadata and its tensors, slowest dimension first', async () => {
  const file = await gguf.open(await glimpse(tiny));
  const facts = new Map(file.facts.map(({ label, value }) => [label, value]));
  expect(Object.fromEntries(facts)).toMatchObject({
    'Version': '3',
    'Not measured': 'block type q3_k',
    'general.architecture': 'llama',
    'llama.block_count': '1',
    'llama.attention.layer_norm_rms_epsilon': '0.00001',
    'tiny.large': String(2n ** 63n + 1n),
    'tiny.true': 'true',
    'tiny.numbers': '3 int32',
    'tokenizer.ggml.tokens': '3 texts',
    'tokenizer.chat_template': '{{ messages }}',
  });
  expect(entryNamed(file, 'plain.float32')).toMatchObject({ dtype: 'float32', shape: [3, 4], bytes: 48 });
  expect(entryNamed(file, 'q4_k')).toMatchObject({ dtype: 'block:q4_k', shape: [1, 256], bytes: 144 });
  expect(entryNamed(file, 'q3_k')).toMatchObject({ dtype: 'block:q3_k', shape: [1, 256], bytes: 110 });
  await file.close();
});

test('values of plain types', async () => {
  const file = await gguf.open(await glimpse(tiny));
  const [exact, half, brain] = [await valuesIn(file, 'plain.float32'), await valuesIn(file, 'plain.float16'), await valuesIn(file, 'plain.bfloat16')];
  expect(exact).toHaveLength(12);
  exact.forEach((value, index) => {
    expect(Math.abs((half[index] ?? NaN) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11);
    expect(Math.abs((brain[index] ?? NaN) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -8);
  });
  expect(await valuesIn(file, 'plain.int8')).toEqual([-4, -3, -2, -1, 0, 1, 2, 3]);
  expect(await valuesIn(file, 'plain.int64')).toEqual([-(2 ** 40), 7]);
  await file.close();
});

test.each(['q4_0', 'q4_1', 'q5_0', 'q5_1', 'q8_0', 'q4_k', 'q5_k', 'q6_k'])('blocks of %s are unpacked as the package does it, to the bit', async type => {
  const file = await gguf.open(await glimpse(tiny));
  expect(await valuesIn(file, type)).toEqual(await valuesIn(file, `${type}.values`));
  await file.close();
});

test('other blocks are listed, and say why they are not measured', async () => {
  const file = await gguf.open(await glimpse(tiny));
  await expect(statisticsOf(file, entryNamed(file, 'q3_k'))).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('block type q3_k') });
  await file.close();
});

describe('what is wrong with a file is said', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gguf-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['cut off in its tensors', bytes => bytes.subarray(0, -100), /tensor "q3_k" of 110 bytes.*within the file's 7004 bytes/],
    ['cut off in its header', bytes => bytes.subarray(0, 900), /tensor \d+ of 22 of its list goes on after the file's 900 bytes/],
    ['big-endian', bytes => Buffer.concat([bytes.subarray(0, 4), Buffer.of(0, 0, 0, 3), bytes.subarray(8)]), /is big-endian/],
    ['of version 1', bytes => Buffer.concat([bytes.subarray(0, 4), Buffer.of(1, 0, 0, 0), bytes.subarray(8)]), /version 1; expected version 2 or 3/],
    ['of more tensors than it could hold', bytes => Buffer.concat([bytes.subarray(0, 8), Buffer.of(255, 255, 255, 255, 0, 0, 0, 0), bytes.subarray(16)]), /4294967295 tensors.*at most as many/],
  ])('%s', async (_, change, message) => {
    const path = join(folder, 'a.gguf');
    await writeFile(path, change(await readFile(tiny)));
    await expect(gguf.open(await glimpse(path))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(message) });
  });
});
