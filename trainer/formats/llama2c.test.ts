import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { glimpse } from './glimpse.ts';
import { llama2c } from './llama2c.ts';
import { onnx } from './onnx.ts';
import { openTensorFile } from './open.ts';
import { bytesIn, entryNamed, valuesIn } from './read.fixture.ts';

const models = fileURLToPath(new URL('../../../shared/models/stories260K/', import.meta.url));
const present = existsSync(models);

describe.skipIf(!present)(`stories260K${present ? '' : ' (skipped: ../shared/models/stories260K is not here)'}`, () => {
  const stories = join(models, 'stories260K.bin');

  test('its header, and every weight in a place of its own', async () => {
    const file = await openTensorFile(stories);
    expect(file.format).toBe('llama2.c');
    expect(file.facts).toContainEqual({ label: 'Heads', value: '8, of keys and values 4' });
    expect(file.facts).toContainEqual({ label: 'Vocabulary', value: '512, embedding shared with the output' });
    expect(file.tensors).toHaveLength(1 + 5 * 9 + 1 + 2);
    expect(entryNamed(file, 'layers.4.wk')).toMatchObject({ dtype: 'float32', shape: [32, 64], bytes: 32 * 64 * 4 });
    expect(file.tensors.reduce((sum, { bytes }) => sum + bytes, 28)).toBe(file.size);
    const { place, bytes } = entryNamed(file, 'layers.1.w2');
    expect((await readFile(stories)).subarray(place?.offset, (place?.offset ?? 0) + bytes)).toEqual(await bytesIn(file, 'layers.1.w2'));
    await file.close();
  });

  test('the weights are those of the ONNX file that was made from it', async () => {
    const [file, graph] = [await openTensorFile(stories), await onnx.open(await glimpse(join(models, 'stories260K.onnx')))];
    const ours = new Set(await Promise.all(file.tensors.filter(({ shape }) => shape.length === 2).map(async ({ name }) => fingerprint(await valuesIn(file, name)))));
    // Products take their weights turned.
    const large = graph.tensors.filter(({ shape, dtype }) => shape.length === 2 && dtype === 'float32' && shape.every(length => length >= 32));
    expect(large.length).toBeGreaterThan(30);
    for (const { name } of large) expect(ours).toContain(fingerprint(await valuesIn(graph, name)));
    await Promise.all([file.close(), graph.close()]);
  });
});

/** Of values in any order. */
function fingerprint(values: readonly number[]): string {
  const sorted = Float64Array.from(values).sort();
  return [sorted.length, ...sorted.slice(0, 5), ...sorted.slice(-5)].join(' ');
}

describe('a small one', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'llama2c-'));
    path = join(folder, 'small.bin');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const header = { dim: 4, hidden: 6, layers: 2, heads: 2, kvHeads: 1, vocabulary: 5, sequence: 3 };
  const bytesOf = (changes: Partial<typeof header>, floats: number): Buffer =>
    Buffer.concat([Buffer.from(Int32Array.from(Object.values({ ...header, ...changes })).buffer), Buffer.from(Float32Array.from({ length: floats }, (_, index) => index).buffer)]);
  const shared = 20 + 8 + 32 + 16 + 16 + 32 + 8 + 48 + 48 + 48 + 4 + 3 + 3;

  test('with a classifier of its own, which a negative vocabulary says', async () => {
    await writeFile(path, bytesOf({ vocabulary: -5 }, shared + 20));
    const file = await openTensorFile(path);
    expect(await valuesIn(file, 'layers.1.rms_att_weight')).toEqual([24, 25, 26, 27]);
    expect((await valuesIn(file, 'wcls'))[0]).toBe(shared);
    await file.close();
  });

  test.each<[string, Buffer]>([
    ['cut off', bytesOf({}, shared - 1)],
    ['too long', bytesOf({}, shared + 1)],
    ['with heads that do not divide its width', bytesOf({ heads: 3 }, shared)],
    ['of no layers', bytesOf({ layers: 0 }, shared)],
    ['of sizes whose product is beyond counting', bytesOf({ dim: 0x7ffffffe, hidden: 0x7fffffff }, shared)],
  ])('%s, it is none', async (_, bytes) => {
    await writeFile(path, bytes);
    await expect(openTensorFile(path)).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(llama2c.open(await glimpse(path))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(/its header has dim .* vocab_size .*expected/) });
  });
});
