/** Models that others made, in `../shared/models`: where they are, and what to feed them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRuntime } from '../engine/runtime.ts';
import type { Tensors } from '../engine/session.ts';
import { isPlain } from '../formats/dtype.ts';
import { bytesOfShape } from '../formats/sizes.ts';
import type { OnnxModel, OnnxPort } from './model.ts';

const shared = fileURLToPath(new URL('../../../shared/models/', import.meta.url));

/** Ends the name of a test that needs them. */
export const unlessThere: string = existsSync(shared) ? '' : ' (skipped: ../shared/models is not here)';

/** By the name of the file without its ending. */
export const sharedModels: ReadonlyMap<string, string> = new Map(
  unlessThere === '' ? ['gpt-nano-sort', 'ort-graphs', 'stories260K'].flatMap(folder => modelsIn(join(shared, folder))) : [],
);

function modelsIn(folder: string): [string, string][] {
  return readdirSync(folder).filter(name => name.endsWith('.onnx')).map(name => [name.slice(0, -'.onnx'.length), join(folder, name)]);
}

/** What those models' lengths are called. */
const lengths: Readonly<Record<string, number>> = {
  batch: 1, batch_size: 1, seq: 4, seq_len: 4, max_seq_len_in_batch: 4, past_sequence_length: 2, past_seq_len: 2, total_seq_len: 6,
};

/** Inputs for a model: the same each time, of numbers that are valid as ids of all of them. */
export async function feedsOf({ graph }: OnnxModel): Promise<Tensors> {
  const { Tensor } = await loadRuntime();
  return Object.fromEntries(
    graph.inputs.map(port => {
      const { name, dtype, shape } = port;
      const known = (shape ?? []).map(length => (typeof length === 'number' ? length : (lengths[length] ?? 1)));
      return [name, new Tensor(typeName(dtype), numbersFor(port, known), known)];
    }),
  );
}

function typeName(dtype: OnnxPort['dtype']): 'float32' | 'int64' | 'int32' {
  if (dtype === 'float32' || dtype === 'int64' || dtype === 'int32') return dtype;
  throw new RangeError(`no test feeds ${dtype ?? 'an unknown type'}`);
}

function numbersFor({ name, dtype }: OnnxPort, shape: readonly number[]): Float32Array | BigInt64Array | Int32Array {
  const count = dtype !== undefined && isPlain(dtype) ? (bytesOfShape(dtype, shape) ?? 0) / (dtype === 'int64' ? 8 : 4) : 0;
  const whole = (_: unknown, index: number): number => (name.includes('mask') ? 1 : index % 2);
  if (dtype === 'int64') return BigInt64Array.from({ length: count }, (_, index) => BigInt(whole(_, index)));
  if (dtype === 'int32') return Int32Array.from({ length: count }, whole);
  return Float32Array.from({ length: count }, (_, index) => Math.sin(index));
}
