/**
 * The header of a safetensors file: eight bytes of its length, then JSON `{name: {dtype, shape, data_offsets}}`, then the
 * tensors' bytes (huggingface/safetensors, "Format").
 */
import { broken, quoted } from './broken.ts';
import type { ByteSource } from './bytes.ts';
import type { PlainDtype } from './dtype.ts';
import { fieldsOf, parseJson, shown } from './json.ts';
import { bytesOfShape, isSize, mostDimensions, mostTensors } from './sizes.ts';

export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: PlainDtype;
  readonly shape: readonly number[];
  /** From the file's beginning. */
  readonly offset: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order in which they lie. */
  readonly entries: readonly SafetensorsEntry[];
}

/** What our names are called there. */
export const codes = {
  float64: 'F64', float32: 'F32', float16: 'F16', bfloat16: 'BF16', float8e4m3fn: 'F8_E4M3', float8e4m3fnuz: 'F8_E4M3FNUZ',
  float8e5m2: 'F8_E5M2', float8e5m2fnuz: 'F8_E5M2FNUZ', float8e8m0: 'F8_E8M0', float4e2m1: 'F4', int64: 'I64', int32: 'I32',
  int16: 'I16', int8: 'I8', uint64: 'U64', uint32: 'U32', uint16: 'U16', uint8: 'U8', bool: 'BOOL', complex64: 'C64',
} as const satisfies Partial<Record<PlainDtype, string>>;

const dtypes: ReadonlyMap<unknown, PlainDtype> = new Map(Object.entries(codes).map(([dtype, code]) => [code, dtype as keyof typeof codes]));

/** The format's own bound. */
export const largestHeader = 100_000_000;

/** @throws Failure `broken-model` */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { path, size } = source;
  if (size < 8) throw broken(path, `it has ${size} bytes`, 'at least 8 of a safetensors header');
  const length = Number(Buffer.from((await source.read(0, 8)).buffer).readBigUInt64LE());
  if (length > largestHeader || length + 8 > size) {
    throw broken(path, `its header should have ${length} bytes, and the file has ${size}`, `a header of at most ${largestHeader} bytes within the file`);
  }
  const fields = fieldsOf(parseJson(await source.read(8, length), path, 'its header'));
  if (fields === undefined) throw broken(path, 'its header is no JSON object', 'an object with a tensor at each key');
  if (fields.size > mostTensors) throw broken(path, `its header lists ${fields.size} tensors`, `at most ${mostTensors}`);
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of fields) {
    if (name !== '__metadata__') entries.push(entryOf(name, value, 8 + length, source));
  }
  return { metadata: metadataOf(fields.get('__metadata__'), path), entries: entries.toSorted((a, b) => a.offset - b.offset) };
}

function entryOf(name: string, value: unknown, data: number, { path, size }: ByteSource): SafetensorsEntry {
  const tensor = `tensor ${quoted(name)} of its header`;
  const fields = fieldsOf(value);
  if (fields === undefined) throw broken(path, `${tensor} is ${shown(value)}`, 'an object of dtype, shape and data_offsets');
  const dtype = dtypes.get(fields.get('dtype'));
  if (dtype === undefined) throw broken(path, `${tensor} has dtype ${shown(fields.get('dtype'))}`, `one of ${[...dtypes.keys()].join(', ')}`);
  const shape: unknown = fields.get('shape');
  if (!isShape(shape)) throw broken(path, `${tensor} has shape ${shown(shape)}`, `at most ${mostDimensions} lengths of 0 or more`);
  const offsets: unknown = fields.get('data_offsets');
  const [start, end]: readonly unknown[] = Array.isArray(offsets) ? offsets : [];
  const bytes = bytesOfShape(dtype, shape);
  if (!isSize(start) || !isSize(end) || bytes === undefined || end - start !== bytes) {
    const expected = bytes === undefined ? 'a shape whose bytes can be counted' : `${bytes} bytes for ${dtype} of shape ${shown(shape)}`;
    throw broken(path, `${tensor} has data_offsets ${shown(offsets)}`, expected);
  }
  if (data + end > size) {
    const hint = 'The file is cut off, as by a download that did not end: get it again.';
    throw broken(path, `${tensor} ends at byte ${data + end}`, `all of it within the file's ${size} bytes`, hint);
  }
  return { name, dtype, shape, offset: data + start, bytes };
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= mostDimensions && value.every(isSize);
}

function metadataOf(value: unknown, path: string): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  const metadata = new Map<string, string>();
  for (const [key, text] of fieldsOf(value) ?? [['', undefined] as const]) {
    if (typeof text !== 'string') throw broken(path, `__metadata__ of its header has ${shown(text)} at ${quoted(key)}`, 'an object of texts');
    metadata.set(key, text);
  }
  return metadata;
}
