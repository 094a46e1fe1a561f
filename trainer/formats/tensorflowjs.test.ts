import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTensorFile } from './open.ts';
import { bytesIn, entryNamed, valuesIn } from './read.fixture.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensorflowjs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes weights as tfjs-core encodes them, cut into files of `cut` bytes. */
async function write(specs: readonly unknown[], data: ArrayBuffer, cut: number, model: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const count = Math.max(1, Math.ceil(data.byteLength / cut));
  const paths = Array.from({ length: count }, (_, index) => `group1-shard${index + 1}of${count}.bin`);
  for (const [index, name] of paths.entries()) await writeFile(at(name), Buffer.from(data, index * cut, Math.min(cut, data.byteLength - index * cut)));
  await writeFile(at('model.json'), JSON.stringify({ format: 'layers-model', ...model, weightsManifest: [{ paths, weights: specs }] }));
}

test('a layers model that tfjs-layers saved: each weight by its name, also where files cut it', async () => {
  const model = layers.sequential({
    layers: [
      layers.layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 4, name: 'words' }),
      layers.layers.gru({ units: 2, name: 'reader', recurrentInitializer: 'glorotNormal' }),
      layers.layers.dense({ units: 2, name: 'answer' }),
    ],
  });
  const { promise, resolve } = withResolvers<tf.io.ModelArtifacts>();
  await model.save(tf.io.withSaveHandler(async artifacts => {
    resolve(artifacts);
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  }));
  const { modelTopology, weightSpecs = [], weightData, generatedBy } = await promise;
  await write(weightSpecs, tf.io.CompositeArrayBuffer.join(weightData), 50, { modelTopology, generatedBy });
  const file = await openTensorFile(at('model.json'));
  expect(file.format).toBe('TensorFlow.js');
  expect(file.facts).toContainEqual({ label: 'Kind', value: 'layers-model' });
  expect(file.facts).toContainEqual({ label: 'Written by', value: expect.stringContaining('TensorFlow.js') });
  expect(file.tensors.map(({ name }) => name)).toEqual(model.weights.map(weight => weight.originalName));
  for (const [index, weight] of model.getWeights().entries()) {
    const name = model.weights[index]?.originalName ?? '';
    expect(entryNamed(file, name)).toMatchObject({ dtype: 'float32', shape: weight.shape });
    expect(await valuesIn(file, name)).toEqual(Array.from(weight.dataSync()));
    const { place, bytes } = entryNamed(file, name);
    if (place !== undefined) expect((await readFile(place.file)).subarray(place.offset, place.offset + bytes)).toEqual(await bytesIn(file, name));
  }
  const placed = file.tensors.filter(({ place }) => place !== undefined).length;
  expect(placed).toBeGreaterThan(0);
  expect(placed).toBeLessThan(file.tensors.length);
  await file.close();
});

test('integers, booleans, complex numbers and texts, as tfjs-core encodes them', async () => {
  const { data, specs } = await tf.io.encodeWeights({
    whole: tf.tensor1d([-5, 6], 'int32'),
    texts: tf.tensor1d(['été', ''], 'string'),
    truth: tf.tensor2d([[true, false]], [1, 2], 'bool'),
    complex: tf.complex([1, 2], [3, 4]),
    after: tf.tensor1d([1.5]),
  });
  await write(specs, data, 1000);
  const file = await openTensorFile(at('model.json'));
  expect(await valuesIn(file, 'whole')).toEqual([-5, 6]);
  expect(await valuesIn(file, 'truth')).toEqual([1, 0]);
  expect(await valuesIn(file, 'after')).toEqual([1.5]);
  expect(entryNamed(file, 'texts')).toMatchObject({ dtype: 'string', shape: [2], bytes: 13 });
  expect(new Float32Array(Uint8Array.from(await bytesIn(file, 'complex')).buffer)).toEqual(Float32Array.of(1, 3, 2, 4));
  await file.close();
});

test('quantised weights come as tfjs-core unpacks them', async () => {
  const specs: tf.io.WeightsManifestEntry[] = [
    { name: 'bytes', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -1.3 } },
    { name: 'words', shape: [2], dtype: 'float32', quantization: { dtype: 'uint16', scale: 0.001, min: 2 } },
    { name: 'halves', shape: [3], dtype: 'float32', quantization: { dtype: 'float16' } },
    { name: 'whole', shape: [2], dtype: 'int32', quantization: { dtype: 'uint8', scale: 1.7, min: -9 } },
  ];
  const data = Uint8Array.of(0, 17, 255, 0, 1, 255, 255, 0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b, 3, 200).buffer;
  await write(specs, data, 4);
  const file = await openTensorFile(at('model.json'));
  const theirs = tf.io.decodeWeights(data, specs);
  for (const { name, dtype } of specs) {
    expect(entryNamed(file, name)).toMatchObject({ dtype });
    expect(entryNamed(file, name).place).toBeUndefined();
    expect(await valuesIn(file, name)).toEqual(Array.from(theirs[name]?.dataSync() ?? []));
  }
  expect(file.facts).toContainEqual({ label: 'Quantised', value: '4 weights, as uint8, uint16, float16' });
  await file.close();
});

describe('what is wrong with a model is said', () => {
  const weight = { name: 'w', shape: [2, 2], dtype: 'float32' };
  const model = (paths: unknown, weights: unknown = [weight]): string => JSON.stringify({ weightsManifest: [{ paths, weights }] });

  test.each([
    ['a missing file', model(['gone.bin']), /gone\.bin is missing/],
    ['a file outside of the folder', model(['../secret.bin']), /it names "\.\.\/secret\.bin"; expected files in its own folder/],
    ['an absolute path', model(['/etc/passwd']), /it names "\/etc\/passwd"/],
    ['a link that leads out of the folder', model(['link.bin']), /"link\.bin", which it names, leads to .*secret\.bin/],
    ['too few bytes', model(['short.bin']), /weight "w" ends at byte 16 of its group, whose files have 8 .*short\.bin/],
    ['another type', model(['short.bin'], [{ ...weight, dtype: 'float128' }]), /weightsManifest\[0\]\.weights\[0\], "w", has dtype "float128"/],
    ['another shape', model(['short.bin'], [{ ...weight, shape: [2, -2] }]), /has shape \[2,-2\]/],
    ['another quantisation', model(['short.bin'], [{ ...weight, quantization: { dtype: 'uint4' } }]), /has quantization \{"dtype":"uint4"\}/],
  ])('%s', async (_, json, message) => {
    const outer = folder;
    await writeFile(at('secret.bin'), Buffer.alloc(16));
    folder = join(outer, 'model');
    await mkdir(folder);
    await symlink('../secret.bin', at('link.bin'));
    await writeFile(at('short.bin'), Buffer.alloc(8));
    await writeFile(at('model.json'), json);
    await expect(openTensorFile(at('model.json'))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(message) });
    folder = outer;
  });
});

function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>(done => {
    resolve = done;
  });
  return { promise, resolve };
}
