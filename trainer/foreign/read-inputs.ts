/** What a graph is fed, as the command line is given it: JSON, or a file of tensors. */
import { Failure } from '../../protocol/failure.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Tensor, Tensors, TensorType } from '../engine/session.ts';
import { readBounded } from '../files/bounded.ts';
import { openTensorFile } from '../formats/open.ts';
import type { TensorEntry, TensorFile } from '../formats/tensor-file.ts';
import { inputsFromJson, parseJson } from './json-input.ts';
import { isNumeric, tensorOfBytes } from './numbers.ts';

/** What a model is fed is no larger, in bytes. */
const mostTensor = 1_000_000_000;
const json = { most: 256_000_000, noun: 'a file of JSON', hint: 'Give the tensors in a safetensors file.' } as const;

/**
 * @param given JSON, or the path of a file of JSON, safetensors, npz or another format of tensors
 * @throws Failure `bad-argument`, naming what was found; `no-such-file`, `broken-model`
 */
export async function readInputs(given: string, inputs: readonly TensorType[], runtime: Runtime): Promise<Tensors> {
  if (/^\s*\{/.test(given)) return inputsFromJson(parseJson(given, 'The input'), inputs, runtime);
  if (/\.json$/i.test(given)) return inputsFromJson(parseJson((await readBounded(given, json)).toString('utf8'), given), inputs, runtime);
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
  if (bytes > mostTensor) throw wrong(`has ${bytes.toLocaleString('en')} bytes; at most ${mostTensor.toLocaleString('en')} are fed`);
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
