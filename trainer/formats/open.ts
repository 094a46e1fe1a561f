/** Opens any checkpoint that is read here, by what is in it rather than by what it is called. */
import { Failure } from '../../protocol/failure.ts';
import { shortened } from './broken.ts';
import type { Format } from './format.ts';
import { gguf } from './gguf.ts';
import { type Glimpse, glimpse } from './glimpse.ts';
import { huggingfaceFormat } from './huggingface.ts';
import { readJson } from './json.ts';
import { llama2c } from './llama2c.ts';
import { looksLike } from './looks-like.ts';
import { npy } from './npy.ts';
import { npz } from './npz.ts';
import { onnx } from './onnx.ts';
import { ownModel } from './own-model.ts';
import { pytorch } from './pytorch.ts';
import { emptyHanded, readable, refuse } from './refused.ts';
import { run } from './run.ts';
import { safetensors } from './safetensors.ts';
import { sharded } from './sharded.ts';
import type { TensorFile } from './tensor-file.ts';
import { tensorflowjs } from './tensorflowjs.ts';
import { traceFile } from './trace-file.ts';

/** In the order in which they are tried: what is sure of itself before what has to guess. */
const formats: readonly Format[] = [
  ownModel, run, gguf, npy, npz, pytorch, sharded, tensorflowjs, llama2c, traceFile, safetensors, onnx, huggingfaceFormat(openTensorFile),
];

/**
 * Opens the tensors of a file or folder; only headers are read.
 * @throws Failure `no-such-file`; `broken-model` where it is not whole; `bad-argument` where it is of a format that is not read,
 *   with the way out
 */
export async function openTensorFile(path: string): Promise<TensorFile> {
  const seen = await glimpse(path);
  return (await formatOf(seen)).open(seen);
}

/** @throws Failure as `openTensorFile` does */
async function formatOf(seen: Glimpse): Promise<Format> {
  await refuse(seen);
  for (const format of formats) if (await format.recognise(seen)) return format;
  if (seen.kind === 'folder') throw emptyHanded(seen);
  // Of JSON that is broken, where it breaks is what its user has to know.
  if (/^\s*\{/.test(seen.head.toString('latin1'))) await readJson(seen.path);
  const like = looksLike(seen.head);
  const found = like === undefined ? `begins with the bytes ${seen.head.subarray(0, 8).toString('hex')}` : `is ${like}`;
  throw new Failure('bad-argument', `${seen.path} ${shortened(found)}; expected ${readable}.`, 'Choose another file.');
}
