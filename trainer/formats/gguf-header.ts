/** The header of a GGUF file: metadata and the list of tensors (ggml-org/ggml, docs/gguf.md; versions 2 and 3, little-endian). */
import type { Fact } from '../../protocol/checkpoint.ts';
import { broken, quoted, shortened } from './broken.ts';
import type { ByteSource } from './bytes.ts';

export interface GgufTensor {
  readonly name: string;
  /** Slowest first, as everywhere here; in the file it is the other way round. */
  readonly shape: readonly number[];
  /** A `ggml_type`. */
  readonly type: number;
  /** From where the tensors' bytes begin. */
  readonly offset: number;
}

export interface GgufHeader {
  readonly version: number;
  readonly facts: readonly Fact[];
  readonly tensors: readonly GgufTensor[];
  /** Where the tensors' bytes begin. */
  readonly data: number;
}

export const magic = Buffer.from('GGUF', 'latin1');
/** Vocabularies stand in the header: some 20 MB for the largest. */
const [firstRead, largestHeader] = [1 << 20, 256 << 20];
const mostDimensions = 8;
/** Arrays in arrays. */
const deepest = 4;
const mostFacts = 2000;

/** @throws Failure `broken-model` */
export async function readHeader(source: ByteSource): Promise<GgufHeader> {
  // How long a header is nobody knows before it is read: more of it is read until it ends.
  for (let length = Math.min(source.size, firstRead); ; length = Math.min(source.size, length * 4)) {
    const reader = new HeaderReader(Buffer.from((await source.read(0, length)).buffer), source);
    try {
      return reader.header();
    } catch (thrown) {
      if (!(thrown instanceof Unread)) throw thrown;
      if (length === source.size) throw broken(source.path, `${thrown.what} goes on after the file's ${source.size} bytes`, 'all of it in the file', 'The file is cut off: download it again.');
      if (length >= largestHeader) throw broken(source.path, `${thrown.what} is not reached within ${length} bytes`, `a header of at most ${largestHeader}`);
    }
  }
}

/** The bytes at hand end before the header does. */
class Unread extends Error {
  constructor(readonly what: string) {
    super(what);
  }
}

/** Bytes of an element of an array, by the type's number: uint8, int8, uint16, int16, uint32, int32, float32, bool, …, uint64, int64, float64. */
const widths: ReadonlyMap<number, number> = new Map([[0, 1], [1, 1], [2, 2], [3, 2], [4, 4], [5, 4], [6, 4], [7, 1], [10, 8], [11, 8], [12, 8]]);
const typeNames = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'bool', 'texts', 'arrays', 'uint64', 'int64', 'float64'];
const [text, array] = [8, 9];

class HeaderReader {
  #at = 0;
  #what = 'its header';

  constructor(
    readonly bytes: Buffer,
    readonly source: ByteSource,
  ) {}

  header(): GgufHeader {
    const start = this.#take(8);
    const version = start.readUInt32LE(4);
    if (!start.subarray(0, 4).equals(magic)) throw this.#broken(`it begins with ${quoted(start.toString('latin1', 0, 4))}`, '"GGUF"');
    if (version >= 1 << 16) throw this.#broken('it is big-endian', 'little-endian', 'Convert it with gguf-convert-endian of the Python package gguf.');
    if (version < 2 || version > 3) throw this.#broken(`it has version ${version}`, 'version 2 or 3', 'Convert it again with today\'s llama.cpp.');
    // A tensor takes 24 bytes at least, a key and its value 13.
    const tensorCount = this.#count(24, 'tensors');
    const pairCount = this.#count(13, 'keys');
    const facts: Fact[] = [];
    let alignment = 32;
    for (let pair = 0; pair < pairCount; pair++) {
      this.#what = `key ${pair + 1} of ${pairCount} of its metadata`;
      const key = this.#text();
      const value = this.#value(this.#unsigned(), 0);
      if (key === 'general.alignment') alignment = this.#alignment(value);
      if (facts.length < mostFacts) facts.push({ label: shortened(key), value: shortened(String(value), 300) });
    }
    const tensors: GgufTensor[] = [];
    for (let index = 0; index < tensorCount; index++) {
      this.#what = `tensor ${index + 1} of ${tensorCount} of its list`;
      tensors.push(this.#tensor());
    }
    return { version, facts, tensors, data: Math.ceil(this.#at / alignment) * alignment };
  }

  #tensor(): GgufTensor {
    const name = this.#text();
    const rank = this.#unsigned();
    if (rank > mostDimensions) throw this.#broken(`${this.#what}, ${quoted(name)}, has ${rank} dimensions`, `at most ${mostDimensions}`);
    const shape = Array.from({ length: rank }, () => this.#big('a length')).toReversed();
    return { name, shape, type: this.#unsigned(), offset: this.#big('its offset') };
  }

  #value(type: number, depth: number): string | number | bigint | boolean {
    switch (type) {
      case 0:
        return this.#take(1).readUInt8();
      case 1:
        return this.#take(1).readInt8();
      case 2:
        return this.#take(2).readUInt16LE();
      case 3:
        return this.#take(2).readInt16LE();
      case 4:
        return this.#unsigned();
      case 5:
        return this.#take(4).readInt32LE();
      case 6:
        return Number(this.#take(4).readFloatLE().toPrecision(7));
      case 7:
        return this.#take(1).readUInt8() !== 0;
      case text:
        return this.#text();
      case array:
        return this.#array(depth);
      case 10:
        return this.#take(8).readBigUInt64LE();
      case 11:
        return this.#take(8).readBigInt64LE();
      case 12:
        return this.#take(8).readDoubleLE();
      default:
        throw this.#broken(`${this.#what} has type ${type} at byte ${this.#at - 4}`, 'a type from 0 to 12');
    }
  }

  /** Passed over: what it holds is told in a word. */
  #array(depth: number): string {
    const type = this.#unsigned();
    const width = widths.get(type);
    const count = this.#count(width ?? (type === array ? 12 : 8), 'elements');
    if (width !== undefined) this.#take(count * width);
    else if (depth >= deepest) throw this.#broken(`${this.#what} has arrays nested ${depth + 1} deep`, `at most ${deepest}`);
    else for (let index = 0; index < count; index++) this.#value(type, depth + 1);
    return `${count} ${typeNames[type] ?? ''}`;
  }

  #alignment(value: unknown): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > 1 << 20) {
      throw this.#broken(`its general.alignment is ${String(value)}`, 'a number of bytes');
    }
    return value;
  }

  #text(): string {
    return this.#take(this.#big('the length of a text')).toString('utf8');
  }

  /** Of things that take at least `least` bytes each, and must fit into the rest of the file. */
  #count(least: number, of: string): number {
    const count = this.#big(`the number of ${of}`);
    if (count * least > this.source.size - this.#at) {
      throw this.#broken(`${this.#what} has ${count} ${of} at byte ${this.#at - 8}`, `at most as many as the file's ${this.source.size} bytes can hold`, 'The file is cut off or damaged: download it again.');
    }
    return count;
  }

  #unsigned(): number {
    return this.#take(4).readUInt32LE();
  }

  #big(what: string): number {
    const value = this.#take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#broken(`${what} of ${this.#what} is ${value} at byte ${this.#at - 8}`, 'one within the file');
    return Number(value);
  }

  #take(count: number): Buffer {
    if (this.#at + count > this.bytes.length) throw new Unread(this.#what);
    const taken = this.bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  #broken(found: string, expected: string, hint?: string): Error {
    return broken(this.source.path, found, expected, hint);
  }
}
