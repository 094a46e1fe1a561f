/** What a graph is fed, as the command line is given it: JSON, or a file of tensors. */
import { readFile, stat } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Tensor, Tensors, TensorType } from '../engine/session.ts';
import { errnoOf } from '../files/errno.ts';
import { openTensorFile } from '../formats/open.ts';
import type { TensorEntry, TensorFile } from '../formats/tensor-file.ts';
import { inputsFromJson } from './json-input.ts';
import { isNumeric, tensorOfBytes } from './numbers.ts';

/** What a model is fed is no larger, in bytes. */
const largest = { json: 256_000_000, tensor: 1_000_000_000 } as const;

/**
 * @param given JSON, or the path of a file of JSON, safetensors, npz or another format of tensors
 * @throws Failure `bad-argument`, naming what was found; `no-such-file`, `broken-model`
 */
export async function readInputs(given: string, inputs: readonly TensorType[], runtime: Runtime): Promise<Tensors> {
  if (/^\s*\{/.test(given)) return inputsFromJson(parseJson(given, 'The input'), inputs, runtime);
  if (/\.json$/i.test(given)) return inputsFromJson(parseJson(await readJsonFile(given), given), inputs, runtime);
  const file = await openTensorFile(given);
  try {
    const feeds: Tensors = {};
    for (const port of inputs) {
      const entry = file.tensors.find(({ name }) => name === port.name);
      if (entry !== undefined) feeds[port.name] = await readTensor(file, entry, runtime);
    }
    return feeds;
  } finally {
    await file.close();
  }
}

async function readTensor(file: TensorFile, entry: TensorEntry, runtime: Runtime): Promise<Tensor> {
  const { name, dtype, shape, bytes } = entry;
  const wrong = (what: string): Failure => new Failure('bad-argument', `The tensor "${name}" of ${file.path} ${what}.`, 'Give another.');
  if (bytes > largest.tensor) throw wrong(`has ${bytes.toLocaleString('en')} bytes; at most ${largest.tensor.toLocaleString('en')} are fed`);
  if (!isNumeric(dtype)) throw wrong(`is of ${dtype}, which cannot be fed`);
  const data = new Uint8Array(bytes);
  let at = 0;
  for await (const part of file.read(entry)) {
    if (at + part.length > bytes) throw wrong(`has over ${bytes} bytes`);
    data.set(part, at);
    at += part.length;
  }
  return tensorOfBytes(runtime, dtype, data, shape);
}

async function readJsonFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > largest.json) throw new Failure('bad-argument', `${path} has ${size.toLocaleString('en')} bytes; at most ${largest.json.toLocaleString('en')} of JSON are read.`, 'Give the tensors in a safetensors file.');
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure('no-such-file', `${path} cannot be read (${errnoOf(thrown) ?? String(thrown)}).`, 'Check the path.', { cause: thrown });
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new Failure('bad-argument', `${what} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`, 'Give {"name": [[numbers]]}.', { cause: thrown });
  }
}
