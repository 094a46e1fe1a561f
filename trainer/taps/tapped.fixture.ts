/** Runs a model as it is and with its attention exposed, for tests. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { loadRuntime } from '../engine/runtime.ts';
import type { Tensor, Tensors } from '../engine/session.ts';
import type { NewTensor } from '../onnx/messages.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { type NewModel, modelBytes } from '../onnx/model.fixture.ts';
import { openOnnx } from '../onnx/open.ts';
import { splice } from '../onnx/splice.ts';
import { expose, type ExposeOptions } from './expose.ts';
import { findTaps, type FoundTaps } from './find.ts';
import type { Tap } from './tap.ts';

export interface Tapped extends FoundTaps {
  readonly model: OnnxModel;
  /** Of the untouched model. */
  readonly plain: Tensors;
  /** Of the model with its taps, those taps' included. */
  readonly tapped: Tensors;
  readonly maps: ReadonlyMap<string, Tensor>;
}

/** As sessions of foreign graphs are made: what is stored in 8 bits is computed in 8 bits where that can be. */
const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', enableCpuMemArena: false,
  enableMemPattern: false, logSeverityLevel: 4, extra: { session: { disable_quant_qdq: '0', intra_op: { allow_spinning: '0' } } },
};

export async function runBytes(bytes: Uint8Array, feeds: Tensors): Promise<Tensors> {
  const { InferenceSession } = await loadRuntime();
  const session = await InferenceSession.create(bytes, options);
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

export interface TappedOptions extends ExposeOptions {
  /** Left out, all. */
  readonly which?: (tap: Tap) => boolean;
}

export async function runTapped(file: string, feeds: Tensors, { which = () => true, ...exposing }: TappedOptions = {}): Promise<Tapped> {
  const model = await openOnnx(file);
  const found = await findTaps(model);
  const { edits, outputs } = expose(model, found.taps.filter(which), exposing);
  const tapped = await runBytes(await (await splice(model, edits)).whole(), feeds);
  const plain = await runBytes(new Uint8Array(await readFile(file)), feeds);
  const maps = new Map([...outputs].flatMap(([tap, output]) => (tapped[output] === undefined ? [] : [[tap, tapped[output]] as const])));
  return { model, ...found, plain, tapped, maps };
}

/** Writes a model into a folder of its own, which goes when the work is done. */
export async function withModel<Result>(model: NewModel, work: (file: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'taps-'));
  try {
    const file = join(folder, 'model.onnx');
    await writeFile(file, modelBytes(model));
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const findIn = (model: NewModel): Promise<FoundTaps> => withModel(model, async file => findTaps(await openOnnx(file)));

/** Outputs of the untouched model whose bits are others in the tapped one: by how much at most. */
export function changed({ plain, tapped }: Tapped): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, { data }] of Object.entries(plain)) {
    const other = tapped[name]?.data;
    const [one, two] = [numbersOf(data), numbersOf(other ?? [])];
    const same = one.length === two.length && one.every((number, index) => Object.is(number, two[index]));
    if (!same) found[name] = one.reduce((most, number, index) => Math.max(most, Math.abs(number - (two[index] ?? Infinity))), 0);
  }
  return found;
}

export function numbersOf(data: Tensor['data'] | readonly number[]): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Largest distance from 1 of a row's sum; rows are of `keys` weights. */
export function unevenness({ data, dims }: Tensor, whole = 1): number {
  const keys = dims.at(-1) ?? 0;
  const numbers = numbersOf(data);
  let worst = 0;
  for (let row = 0; row < numbers.length; row += keys) {
    worst = Math.max(worst, Math.abs(numbers.slice(row, row + keys).reduce((sum, number) => sum + number, 0) / whole - 1));
  }
  return worst;
}

/** Numbers between −1 and 1 that look random and are the same each time. */
export function noise(count: number, seed = 1): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

export async function tensor(shape: readonly number[], values: ArrayLike<number> = noise(sizeOf(shape))): Promise<Tensor> {
  const { Tensor: Make } = await loadRuntime();
  return new Make('float32', Float32Array.from(values), shape);
}

export async function integerTensor(dtype: 'int32' | 'int64' | 'uint8', shape: readonly number[], values: readonly number[]): Promise<Tensor> {
  const { Tensor: Make } = await loadRuntime();
  if (dtype === 'int64') return new Make(dtype, BigInt64Array.from(values, BigInt), shape);
  return dtype === 'int32' ? new Make(dtype, Int32Array.from(values), shape) : new Make(dtype, Uint8Array.from(values), shape);
}

export function stored(name: string, shape: readonly number[], values: ArrayLike<number> = noise(sizeOf(shape), name.length + sizeOf(shape))): NewTensor {
  return { name, dtype: 'float32', shape, data: new Uint8Array(Float32Array.from(values).buffer) };
}

/**
 * What attention gives: weights times values, heads side by side.
 * @param weights `[batch, head, query, key]`
 * @param values `[batch, value head, key, width]`; several heads may share one
 * @returns `[batch, query, head · width]`
 */
export function weighed(weights: Tensor, values: { readonly data: ArrayLike<number>; readonly dims: readonly number[] }): Float64Array {
  const [batches = 0, heads = 0, queries = 0, keys = 0] = weights.dims;
  const [, valueHeads = 1, , width = 0] = values.dims;
  const numbers = numbersOf(weights.data);
  const result = new Float64Array(batches * queries * heads * width);
  for (let batch = 0; batch < batches; batch++) {
    for (let head = 0; head < heads; head++) {
      const from = batch * valueHeads + Math.floor((head * valueHeads) / heads);
      for (let query = 0; query < queries; query++) {
        const at = ((batch * queries + query) * heads + head) * width;
        for (let key = 0; key < keys; key++) {
          const weight = numbers[((batch * heads + head) * queries + query) * keys + key] ?? 0;
          for (let column = 0; column < width; column++) result[at + column] = (result[at + column] ?? 0) + weight * (values.data[(from * keys + key) * width + column] ?? 0);
        }
      }
    }
  }
  return result;
}

/** Largest difference. */
export function distance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) return Infinity;
  return Array.from(one).reduce((worst, number, index) => Math.max(worst, Math.abs(number - (other[index] ?? Infinity))), 0);
}

/** `[batch, length, heads · width]` with heads on an axis of their own: `[batch, head, length, width]`. */
export function byHead(data: ArrayLike<number>, [batches, length, heads, width]: readonly [number, number, number, number]): { data: Float64Array; dims: number[] } {
  const result = new Float64Array(batches * length * heads * width);
  let at = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let head = 0; head < heads; head++) {
      for (let position = 0; position < length; position++) {
        for (let column = 0; column < width; column++) result[at++] = data[((batch * length + position) * heads + head) * width + column] ?? 0;
      }
    }
  }
  return { data: result, dims: [batches, heads, length, width] };
}
