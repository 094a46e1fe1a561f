/** The short lists of integers that a graph keeps: shapes, axes, indices, bounds. */
import { decoderOf, unitOf } from '../formats/numbers.ts';
import { openModelFile } from '../onnx/model-file.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/model.ts';
import { readSmallTensor } from '../onnx/read-tensor.ts';
import type { Flow, FlowValue } from './flow.ts';

/** Elements of the longest list that says anything of a shape. */
const longest = 16;
/** Bytes that are read at a time: such tensors mostly stand close together. */
const stretch = 64 << 10;

/** Operators that take a shape, axes or indices, or reckon with lengths. */
const readers: ReadonlySet<string> = new Set([
  'Reshape', 'Expand', 'Slice', 'Gather', 'Unsqueeze', 'Squeeze', 'Split', 'Tile', 'Concat', 'Add', 'Sub', 'Mul', 'Div', 'Cast', 'Identity',
  'ReduceSum', 'ReduceMax', 'ReduceMean', 'ConstantOfShape', 'Where', 'Equal', 'Pad', 'Range',
]);

/** @throws Failure `broken-model`, `no-such-file` */
export async function readIntegers(model: OnnxModel, flow: Flow): Promise<ReadonlyMap<FlowValue, readonly number[]>> {
  const wanted = flow.values.filter(
    ({ tensor, uses }) => tensor !== undefined && isList(tensor) && uses.some(({ operator }) => readers.has(operator)),
  );
  const read = await readAll(model, [...new Set(wanted.map(({ tensor }) => tensor))].filter(tensor => tensor !== undefined));
  return new Map(
    wanted.flatMap(value => {
      const numbers = value.tensor === undefined ? undefined : read.get(value.tensor);
      return numbers === undefined ? [] : [[value, numbers]];
    }),
  );
}

const isList = ({ dtype, shape }: OnnxTensor): boolean =>
  (dtype === 'int64' || dtype === 'int32') && shape.length < 2 && (shape[0] ?? 1) <= longest;

async function readAll(model: OnnxModel, tensors: readonly OnnxTensor[]): Promise<ReadonlyMap<OnnxTensor, readonly number[]>> {
  const read = new Map<OnnxTensor, readonly number[]>();
  const here = tensors.flatMap(tensor => (tensor.data.kind === 'raw' ? [{ tensor, ...tensor.data.place }] : []));
  here.sort((one, other) => one.start - other.start);
  const source = here.length === 0 ? undefined : await openModelFile(model);
  try {
    let [bytes, start] = [new Uint8Array(0), 0];
    for (const { tensor, ...place } of here) {
      const length = (tensor.shape[0] ?? 1) * unitOf(tensor.dtype);
      const decode = decoderOf(tensor.dtype);
      if (source === undefined || decode === undefined || place.end - place.start !== length) continue;
      if (place.end > start + bytes.length) {
        start = place.start;
        bytes = await source.read(start, Math.min(Math.max(stretch, length), source.size - start));
      }
      read.set(tensor, Array.from(decode(bytes.subarray(place.start - start, place.end - start))));
    }
  } finally {
    await source?.close();
  }
  for (const tensor of tensors) {
    if (tensor.data.kind === 'raw' || tensor.data.kind === 'none') continue;
    const numbers = await readSmallTensor(model, tensor, longest);
    if (numbers !== undefined) read.set(tensor, numbers);
  }
  return read;
}
