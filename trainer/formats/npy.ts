/** numpy's .npy: one array. Its tensor is named for the file. */
import { basename } from 'node:path';
import { broken } from './broken.ts';
import type { Format } from './format.ts';
import type { Glimpse } from './glimpse.ts';
import { lengthOf, magic, type NpyHeader, parseHeader, preamble } from './npy-header.ts';
import { opened } from './opened.ts';
import { columnByColumn, gathered } from './strided.ts';
import { joined, stretches } from './stretches.ts';
import type { TensorFile } from './tensor-file.ts';

export const npy: Format = {
  name: 'NumPy array',
  recognise: seen => seen.kind === 'file' && seen.head.subarray(0, magic.length).equals(magic),
  open,
};

function open(seen: Glimpse): Promise<TensorFile> {
  return opened(seen.path, async (source, path) => {
    const start = Buffer.from((await source.read(0, Math.min(source.size, preamble))).buffer);
    const head = Buffer.from((await source.read(0, lengthOf(start, path))).buffer);
    const header = parseHeader(head, source.size, path);
    const { dtype, shape, bytes, data } = header;
    const place = isPlainlyLaid(header) ? { place: { file: path, offset: data } } : {};
    return {
      format: npy.name,
      facts: factsOf(header),
      tensors: [{ name: basename(path).replace(/\.npy$/i, ''), dtype, shape, bytes, ...place }],
      read: () => valuesOf(header, path, unit => stretches(source, data, bytes, unit)),
    };
  });
}

/** Whether the values lie in the file as `read` gives them. */
export function isPlainlyLaid({ columnByColumn: turned, bigEndian, shape }: NpyHeader): boolean {
  return !bigEndian && (!turned || shape.filter(length => length !== 1).length <= 1);
}

function factsOf({ columnByColumn: turned, bigEndian }: NpyHeader): TensorFile['facts'] {
  const layout = [turned ? 'column by column' : '', bigEndian ? 'big-endian' : ''].filter(part => part !== '').join(', ');
  return layout === '' ? [] : [{ label: 'Layout', value: layout }];
}

/** An array in another order is taken into memory whole. */
const largestTurned = 512 << 20;

/**
 * The values, row by row and little-endian.
 * @param stored gives the bytes as they are stored, in stretches of whole units
 */
export async function* valuesOf(header: NpyHeader, where: string, stored: (unit: number) => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { width, bytes, bigEndian, shape } = header;
  const unit = Math.max(1, width);
  const swapped = bigEndian ? swap : (chunk: Uint8Array): Uint8Array => chunk;
  // A complex number is two; a character of a text has four bytes.
  const part = header.dtype === 'string' ? 4 : header.dtype.startsWith('complex') ? width / 2 : width;
  if (isPlainlyLaid({ ...header, bigEndian: false })) {
    for await (const chunk of stored(unit)) yield swapped(chunk, part);
    return;
  }
  if (bytes > largestTurned) {
    throw broken(where, `it lies column by column and has ${bytes} bytes`, `at most ${largestTurned} to be turned`, 'Save it row by row: numpy.save(path, numpy.ascontiguousarray(array)).');
  }
  const storage = await joined(stored(unit));
  for (const chunk of gathered(storage, unit, { shape, strides: columnByColumn(shape), offset: 0 })) yield swapped(chunk, part);
}

function swap(chunk: Uint8Array, width: number): Uint8Array {
  const bytes = Buffer.from(chunk);
  if (width === 2) return bytes.swap16();
  if (width === 4) return bytes.swap32();
  return width === 8 ? bytes.swap64() : bytes;
}
