/** Tiny models with what transformers computes of them (test/torch/architectures.py), and how ours are run beside. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tensor } from 'onnxruntime-node';
import { loadRuntime } from '../engine/runtime.ts';
import { Session } from '../engine/session.ts';
import { openTensorFile } from '../formats/open.ts';
import type { TensorFile } from '../formats/tensor-file.ts';
import type { Graph } from '../graph/graph.ts';
import { type Dimension, elementCount } from '../graph/value.ts';
import { knownLength } from '../graph/run.fixture.ts';
import { writeOnnx } from '../graph/write.ts';
import { type HuggingFaceConfig, parseConfig } from '../huggingface/config.ts';
import { buildModel, type BuiltModel } from './build.ts';
import type { WeightFiles } from './weights.ts';

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));

export const references: readonly string[] = readdirSync(fixtures).sort();
export const fixtureFolder = (name: string): string => join(fixtures, name);

export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface Reference {
  readonly model: BuiltModel;
  readonly config: HuggingFaceConfig;
  /** `input.input_ids`, `output.logits`, `attention.encoder.0` … */
  readonly expected: ReadonlyMap<string, Numbers>;
}

export async function readReference(name: string): Promise<Reference> {
  const { config, file } = await openFolder(fixtureFolder(name));
  const expected = await readNumbers(join(fixtureFolder(name), 'expected.safetensors'));
  const model = await buildModel(config, file);
  await file.close();
  return { model, config, expected };
}

export interface Folder {
  readonly config: HuggingFaceConfig;
  readonly file: TensorFile;
}

/** A Hugging Face folder: its config, and its weights by the name that they have there. */
export async function openFolder(folder: string): Promise<Folder> {
  const path = join(folder, 'config.json');
  const config = parseConfig(await readFile(path, 'utf8'), path);
  const names = readdirSync(folder);
  const weights = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'].find(name => names.includes(name));
  if (weights === undefined) throw new Error(`${folder} holds no weights`);
  return { config, file: await openTensorFile(join(folder, weights)) };
}

async function readNumbers(path: string): Promise<Map<string, Numbers>> {
  const file = await openTensorFile(path);
  const found = new Map<string, Numbers>();
  for (const tensor of file.tensors) {
    const pieces: Uint8Array[] = [];
    for await (const piece of file.read(tensor)) pieces.push(Uint8Array.from(piece));
    const { buffer } = Uint8Array.from(Buffer.concat(pieces));
    const data = tensor.dtype === 'int64' ? new BigInt64Array(buffer) : new Float32Array(buffer);
    found.set(tensor.name, { shape: tensor.shape, data });
  }
  await file.close();
  return found;
}

/** Attention that a graph computes, by kind and layer: `encoder.0`, `decoder.1`, `cross.1`. */
export function attentionsOf(graph: Graph): Map<string, string> {
  return new Map(
    graph.nodes.flatMap(({ operator, outputs: [output] }): [string, string][] => {
      if (operator !== 'Softmax' || output === undefined) return [];
      const [, stack, layer, kind] = /^(encoder|decoder)\.layers\.(\d+)\.(self|cross)_attention\.attention$/.exec(output.name) ?? [];
      if (stack === undefined) throw new Error(`${output.name} is no name of a layer's attention`);
      return [[`${kind === 'cross' ? 'cross' : stack}.${layer}`, output.name]];
    }),
  );
}

export type RunBuilt = (feeds: Readonly<Record<string, Numbers>>) => Promise<ReadonlyMap<string, Numbers>>;

/** Loads a graph over the weights' own file, every attention an output. */
export async function loadBuilt(graph: Graph, { folder, files }: WeightFiles): Promise<RunBuilt> {
  const attentions = attentionsOf(graph);
  for (const name of attentions.values()) {
    const value = graph.nodes.flatMap(({ outputs }) => outputs).find(output => output.name === name);
    if (value !== undefined && !graph.outputs.includes(value)) graph.outputs.push(value);
  }
  const session = await Session.openBytes(writeOnnx(graph), { threads: 1, folder, external: files });
  const { Tensor } = await loadRuntime();
  return async feeds => {
    const batch = Object.values(feeds)[0]?.shape[0] ?? 1;
    const tensors = graph.inputs.map(({ name, shape }): [string, Tensor] => {
      const fed = feeds[name] ?? nothing(shape, batch);
      return [name, fed.data instanceof Float32Array ? new Tensor('float32', fed.data, fed.shape) : new Tensor('int64', fed.data, fed.shape)];
    });
    const lengths = lengthsOf(graph, Object.fromEntries(tensors));
    const results = await session.run(Object.fromEntries(tensors), Object.fromEntries(graph.outputs.map(({ name }) => [name, null])));
    return new Map(
      graph.outputs.map(({ name, shape }) => {
        const tensor = results[name];
        if (!(tensor?.data instanceof Float32Array)) throw new Error(`${name} is missing or not float32`);
        const wrong = shape.some((length, axis) => knownLength(length, lengths) !== tensor.dims[axis]);
        if (wrong || shape.length !== tensor.dims.length) {
          throw new Error(`${name} is [${tensor.dims.join(', ')}]; [${shape.join(', ')}] was declared`);
        }
        return [name, { shape: tensor.dims, data: tensor.data }];
      }),
    );
  };
}

/** What the names of lengths are in a run, from what it is fed. */
function lengthsOf({ inputs }: Graph, tensors: Readonly<Record<string, Tensor>>): Record<string, number> {
  return Object.fromEntries(
    inputs.flatMap(({ name, shape }) =>
      shape.flatMap((length, axis): [string, number][] =>
        typeof length === 'string' && !length.includes(' + ') ? [[length, tensors[name]?.dims[axis] ?? 0]] : [],
      ),
    ),
  );
}

/** A past of length 0. */
function nothing(shape: readonly Dimension[], batch: number): Numbers {
  const empty = shape.map(length => (typeof length === 'number' ? length : length === 'batch_size' ? batch : 0));
  return { shape: empty, data: new Float32Array(elementCount(empty)) };
}

/** Elements `from … to - 1` of an axis. */
export function cut({ shape, data }: Numbers, axis: number, from: number, to: number): Numbers {
  const inner = elementCount(shape.slice(axis + 1));
  const length = shape[axis] ?? 0;
  const kept = (_: unknown, index: number): boolean => {
    const place = Math.floor(index / inner) % length;
    return place >= from && place < to;
  };
  return { shape: shape.with(axis, to - from), data: data instanceof Float32Array ? data.filter(kept) : data.filter(kept) };
}

/** The largest difference of two tensors; NaN where they are of different shapes. */
export function difference(found: Numbers | undefined, expected: Numbers): number {
  if (found === undefined || found.shape.join() !== expected.shape.join()) return Number.NaN;
  return Array.from(expected.data, Number).reduce((most, number, index) => Math.max(most, Math.abs(number - Number(found.data[index]))), 0);
}
