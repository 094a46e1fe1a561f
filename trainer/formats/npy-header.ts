/** The header of numpy's .npy format, versions 1 to 3 (numpy.lib.format, "Format Version 1.0" and on). */
import { Failure } from '../../protocol/failure.ts';
import { broken, quoted, shortened } from './broken.ts';
import type { Dtype, PlainDtype } from './dtype.ts';
import { countOf, isSize, mostDimensions } from './sizes.ts';

export interface NpyHeader {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes of an element as it is stored. */
  readonly width: number;
  readonly bytes: number;
  readonly bigEndian: boolean;
  readonly columnByColumn: boolean;
  /** Where the values begin. */
  readonly data: number;
}

export const magic = Buffer.from('\x93NUMPY', 'latin1');
/** Bytes from which `lengthOf` can tell how long the header is. */
export const preamble = 12;
const largestHeader = 1 << 20;

/**
 * Bytes of the whole header, preamble included.
 * @param where names the file, or the entry of an archive
 * @throws Failure `broken-model`
 */
export function lengthOf(start: Buffer, where: string): number {
  if (start.length < preamble || !start.subarray(0, 6).equals(magic)) throw broken(where, `it begins with ${quoted(start.toString('latin1', 0, 6))}`, 'the magic \\x93NUMPY');
  const major = start[6] ?? 0;
  if (major < 1 || major > 3) throw broken(where, `it has format version ${major}`, 'version 1, 2 or 3', 'Save it again with numpy.');
  const length = major === 1 ? 10 + start.readUInt16LE(8) : 12 + start.readUInt32LE(8);
  if (length > largestHeader) throw broken(where, `its header has ${length} bytes`, `at most ${largestHeader}`);
  return length;
}

const kinds: Readonly<Record<string, PlainDtype>> = {
  b1: 'bool', f2: 'float16', f4: 'float32', f8: 'float64', i1: 'int8', i2: 'int16', i4: 'int32', i8: 'int64',
  u1: 'uint8', u2: 'uint16', u4: 'uint32', u8: 'uint64', c8: 'complex64', c16: 'complex128',
};

const others: Readonly<Record<string, string>> = {
  O: 'Python objects, which are pickled', V: 'raw bytes', M: 'dates', m: 'time spans', f: 'floating-point numbers of this machine only', t: 'bits',
};

/**
 * @param header all of it
 * @param left bytes of the file or entry
 * @throws Failure `broken-model`; `bad-argument`, which names element types that are not read
 */
export function parseHeader(header: Buffer, left: number, where: string): NpyHeader {
  const text = header.toString('latin1', (header[6] ?? 1) === 1 ? 10 : 12);
  const found = (key: string): string => `its header's "${key}" is missing or unreadable in ${quoted(text)}`;
  const [, descr, structured] = /["']descr["']\s*:\s*(?:["']([^"']*)["']|(\[))/.exec(text) ?? [];
  if (structured !== undefined) {
    throw unread(where, `structures, ${shortened(text.slice(text.indexOf('[')))}`, 'Save each of its fields as an array of its own: numpy.savez(path, **{name: array[name] for name in array.dtype.names}).');
  }
  if (descr === undefined) throw broken(where, found('descr'), 'a type such as "<f4"');
  const order = /["']fortran_order["']\s*:\s*(True|False)/.exec(text)?.[1];
  if (order === undefined) throw broken(where, found('fortran_order'), 'True or False');
  const tuple = /["']shape["']\s*:\s*\(([^()]*)\)/.exec(text)?.[1];
  if (tuple === undefined) throw broken(where, found('shape'), 'a tuple of lengths');
  const shape = Array.from(tuple.matchAll(/\d+/g), Number);
  // Python 2 wrote an L after long integers.
  const isTuple = /^\s*(?:\d+L?\s*,\s*)*(?:\d+L?\s*)?$/.test(tuple);
  const count = isTuple && shape.length <= mostDimensions && shape.every(isSize) ? countOf(shape) : undefined;
  if (count === undefined) throw broken(where, `its shape is (${shortened(tuple)})`, `at most ${mostDimensions} lengths that can be counted`);
  const { dtype, width } = elementOf(descr, where);
  const bytes = count * width;
  if (!Number.isSafeInteger(bytes) || header.length + bytes > left) {
    throw broken(where, `${left - header.length} bytes follow its header`, `${bytes} for shape (${shortened(tuple)}) of ${shortened(descr)}`, 'The file is cut off or was changed: write it again.');
  }
  return { dtype, shape, width, bytes, bigEndian: descr.startsWith('>') && width > 1, columnByColumn: order === 'True', data: header.length };
}

function elementOf(descr: string, where: string): { dtype: Dtype; width: number } {
  const [, kind = '', digits = ''] = /^[<>|=]?([a-zA-Z?])(\d*)/.exec(descr) ?? [];
  const dtype = kinds[kind + digits];
  const size = Number(digits);
  if (dtype !== undefined && Object.hasOwn(kinds, kind + digits)) return { dtype, width: size };
  if ((kind === 'S' || kind === 'U') && size <= 1 << 30) return { dtype: 'string', width: kind === 'U' ? 4 * size : size };
  const what = Object.hasOwn(others, kind) ? `, ${others[kind] ?? ''}` : '';
  throw unread(where, `${quoted(descr)}${what}`, 'Convert it in Python: numpy.save(path, array.astype("float32")).');
}

/** The file is whole, but its elements are of no type that is read here. */
function unread(where: string, elements: string, hint: string): Failure {
  return new Failure('bad-argument', `${where}: its elements are ${elements}; expected numbers, booleans or texts.`, hint);
}
