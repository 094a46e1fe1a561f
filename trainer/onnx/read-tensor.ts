/** The values of a tensor, wherever a model keeps them. */
import { Failure } from '../../protocol/failure.ts';
import { quoted } from '../formats/broken.ts';
import { isPlain } from '../formats/dtype.ts';
import { decoderOf, unitOf } from '../formats/numbers.ts';
import { bytesOfShape, countOf } from '../formats/sizes.ts';
import { joined, stretches } from '../formats/stretches.ts';
import { isExternal, openExternal } from './external-data.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';
import { openModelFile } from './model-file.ts';
import { typedBytes } from './read-typed.ts';

/**
 * The values row by row, little-endian, in stretches of whole elements of about 1 MB; numbers of less than eight bits stand side
 * by side, the first in the lowest bits.
 * @throws Failure `broken-model` where they are missing, or not as many as the shape demands; `bad-argument` for texts
 */
export async function* tensorBytes(model: OnnxModel, tensor: OnnxTensor): AsyncGenerator<Uint8Array, void, undefined> {
  const { name, dtype, shape, data } = tensor;
  if (!isPlain(dtype)) throw new Failure('bad-argument', `${named(model, name)} holds texts; numbers were expected.`, 'Choose another tensor.');
  const wanted = bytesOfShape(dtype, shape) ?? Infinity;
  const described = `${dtype} of shape [${shape.join(', ')}]`;
  const wrong = (found: string): Failure =>
    new Failure('broken-model', `${named(model, name)} holds ${found}; ${described} takes ${wanted} bytes.`, 'The file is damaged: download it or export it again.');
  if (data.kind === 'sparse') {
    throw new Failure('broken-model', `${named(model, name)} is sparse; only dense tensors are read.`, 'The graph itself can still be looked at and run.');
  }
  if (data.kind === 'none') {
    if (wanted > 0) throw wrong('no values');
    return;
  }
  const length = data.kind === 'external' ? data.length : data.kind === 'raw' ? data.place.end - data.place.start : wanted;
  if (length !== wanted) throw wrong(`${length} bytes`);
  const source = isExternal(tensor) ? await openExternal(model.file, tensor) : await openModelFile(model);
  try {
    if (data.kind === 'typed') {
      yield* typedBytes({ source, data, dtype, wanted, wrong });
      return;
    }
    const start = data.kind === 'raw' ? data.place.start : data.offset;
    yield* stretches(source, start, length, unitOf(dtype));
  } finally {
    await source.close();
  }
}

const named = (model: OnnxModel, name: string): string => `${model.file}: the tensor ${quoted(name)}`;

/** A whole tensor: whoever calls bounds its size. @throws Failure as `tensorBytes` does */
export async function wholeTensor(model: OnnxModel, tensor: OnnxTensor): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await joined(tensorBytes(model, tensor)));
}

/**
 * A constant of a graph's structure (a shape, an axis, a scale) as numbers; int64 rounded beyond 2⁵³.
 * @returns `undefined` where it has over `most` elements, or is of a type that such constants are never of
 * @throws Failure as `tensorBytes` does
 */
export async function readSmallTensor(model: OnnxModel, tensor: OnnxTensor, most: number): Promise<readonly number[] | undefined> {
  const count = countOf(tensor.shape);
  const decode = decoderOf(tensor.dtype);
  if (count === undefined || count > most || decode === undefined || !isPlain(tensor.dtype)) return undefined;
  return Array.from(decode(await wholeTensor(model, tensor)).subarray(0, count));
}
