/** Layers models on the disk, for tests: saved by TensorFlow.js itself, or laid out as Keras' converter does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import { Random } from '../training/random.ts';
import { loadRuntime } from '../engine/runtime.ts';
import { writeOnnx } from '../graph/write.ts';
import { openOnnxBytes } from '../onnx/open.ts';
import { findTaps } from '../taps/find.ts';
import { openTensorFlowJs, type TensorFlowJsModel } from './open.ts';

// Neither its greeting nor its checks of what is asked of it.
tf.env().set('IS_TEST', true);

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tensorflowjs-'));
  folders.push(folder);
  return folder;
}

/** Numbers that no initializer would give: a bias of zero hides where it goes wrong. */
export function randomizeWeights(model: LayersModel, seed = 1): void {
  const random = new Random('weights', seed);
  model.setWeights(model.getWeights().map(weight => tf.tensor(Float32Array.from({ length: weight.size }, () => 0.6 * random.normal()), weight.shape)));
}

/** Saves a model as a page would download it, its weights cut into files of a few bytes. */
export async function saveModel(model: LayersModel, shardBytes = 100): Promise<string> {
  const folder = await temporaryFolder();
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy }) => {
      const data = Buffer.concat([weightData ?? []].flat().map(buffer => new Uint8Array(buffer)));
      const paths: string[] = [];
      for (let at = 0; at < data.length; at += shardBytes) {
        paths.push(`group1-shard${paths.length + 1}.bin`);
        await writeFile(join(folder, paths.at(-1) ?? ''), data.subarray(at, at + shardBytes));
      }
      const weightsManifest = [{ paths, weights: weightSpecs ?? [] }];
      await writeFile(join(folder, 'model.json'), JSON.stringify({ format, generatedBy, convertedBy, modelTopology, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return folder;
}

export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights drawn at random, each by its name. */
export class DrawnWeights {
  readonly all: NamedArray[] = [];
  readonly #random: Random;

  constructor(seed = 1) {
    this.#random = new Random('drawn', seed);
  }

  add(name: string, shape: readonly number[]): NamedArray {
    const length = shape.reduce((product, each) => product * each, 1);
    const array = { name, shape, data: Float32Array.from({ length }, () => 0.6 * this.#random.normal()) };
    this.all.push(array);
    return array;
  }
}

/** `model.json` as Keras' converter writes it: a group for each entry of `groups`, one file a group. */
export async function saveConverted(topology: unknown, groups: readonly (readonly NamedArray[])[], extra: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await temporaryFolder();
  const weightsManifest = [];
  for (const [index, group] of groups.entries()) {
    const path = `group${index + 1}-shard1of1.bin`;
    await writeFile(join(folder, path), Buffer.concat(group.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))));
    weightsManifest.push({ paths: [path], weights: group.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) });
  }
  const json = { format: 'layers-model', generatedBy: 'keras v2.15.0', convertedBy: 'TensorFlow.js Converter v4.22.0', modelTopology: topology, weightsManifest, ...extra };
  await writeFile(join(folder, 'model.json'), JSON.stringify(json));
  return folder;
}

export interface Fed {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What a graph gives for inputs in the model's order. */
export async function runImported(model: TensorFlowJsModel, feeds: readonly Fed[]): Promise<OnnxTensor[]> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(writeOnnx(model.graph), { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const named = model.inputs.map(({ name, type }, index) => {
    const { shape = [], data = [] } = feeds[index] ?? {};
    const tensor = type === 'int64' ? new Tensor('int64', BigInt64Array.from(data, BigInt), shape) : new Tensor('float32', Float32Array.from(data), shape);
    return [name, tensor] as const;
  });
  const results = await session.run(Object.fromEntries(named));
  await session.release();
  return model.outputs.map(({ name }) => {
    const result = results[name];
    if (result === undefined) throw new Error(`the graph gave no ${name}`);
    return result;
  });
}

/** Attention that is found in the graph. */
export async function tapsOf({ graph, path }: TensorFlowJsModel): Promise<{ kind: string; layer: number; heads: number | undefined; node: string }[]> {
  const { taps } = await findTaps(await openOnnxBytes(writeOnnx(graph), join(path, '..', 'graph.onnx')));
  return taps.map(tap => ({ kind: tap.kind, layer: tap.layer, heads: tap.heads, node: tap.node.name }));
}

export const numbersOf = (tensor: OnnxTensor | undefined): Float32Array => {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error('no float32 tensor');
};

/** The largest difference, relative to 1 or to the number itself where that is more; infinite where shapes differ. */
export function farthest(found: OnnxTensor | undefined, shape: readonly number[], expected: ArrayLike<number>): number {
  if (found?.dims.join() !== shape.join()) return Infinity;
  return numbersOf(found).reduce((most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? NaN)) / Math.max(1, Math.abs(expected[index] ?? NaN))), 0);
}

/**
 * Saves a model of TensorFlow.js, opens it here, and holds what it gives against what TensorFlow.js gives.
 * @returns the largest difference of any output
 */
export async function compareWithTensorFlowJs(model: LayersModel, feeds: readonly Fed[], randomize = true): Promise<{ difference: number; opened: TensorFlowJsModel }> {
  if (randomize) randomizeWeights(model);
  const inputs = feeds.map(({ shape, data }) => tf.tensor(Float32Array.from(data), [...shape]));
  const predicted = [model.predict(inputs.length === 1 ? (inputs[0] ?? []) : inputs)].flat();
  const opened = await openTensorFlowJs(await saveModel(model));
  const results = await runImported(opened, feeds);
  let difference = predicted.length === results.length ? 0 : Infinity;
  for (const [index, tensor] of predicted.entries()) difference = Math.max(difference, farthest(results[index], tensor.shape, await tensor.data()));
  return { difference, opened };
}

/** Numbers to feed. */
export function drawn(shape: readonly number[], seed = 2): Fed {
  const random = new Random('fed', seed);
  return { shape, data: Array.from({ length: shape.reduce((product, each) => product * each, 1) }, () => Math.fround(random.normal())) };
}

/** Token ids from `low` on to feed. */
export function tokens(shape: readonly number[], bound: number, low = 1, seed = 3): Fed {
  const random = new Random('tokens', seed);
  return { shape, data: Array.from({ length: shape.reduce((product, each) => product * each, 1) }, () => low + random.below(bound - low)) };
}
