/**
 * Zip archives, header-first: the list at their end is read, entries only when they are asked for (APPNOTE.TXT 6.3.10,
 * sections 4.3 and 4.5.3). Sizes are those that the list declares, and what is unpacked is held against them.
 */
import { Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { broken, quoted } from './broken.ts';
import type { ByteSource } from './bytes.ts';
import { inUnits, joined, stretches } from './stretches.ts';

export interface ZipEntry {
  readonly name: string;
  /** 0: stored as it is; 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  /** In bytes, unpacked and as stored. */
  readonly size: number;
  readonly packed: number;
  /** Where its own header stands. */
  readonly header: number;
}

const signatures = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, listed: 0x02014b50, local: 0x04034b50 } as const;
const largestList = 256 << 20;
/** Bytes that are unpacked without a stream. */
const atOnce = 64 << 10;
const mostEntries = 1_000_000;
const [stored, deflated] = [0, 8];

export class Zip {
  private constructor(
    readonly source: ByteSource,
    readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  /** @throws Failure `broken-model` where it is no whole archive */
  static async open(source: ByteSource): Promise<Zip> {
    const { offset, length, count } = await findList(source);
    const list = Buffer.from((await source.read(offset, length)).buffer);
    const entries = new Map<string, ZipEntry>();
    for (let at = 0; entries.size < count; ) {
      if (at + 46 > length || list.readUInt32LE(at) !== signatures.listed) {
        throw broken(source.path, `its list of entries at byte ${offset + at} ends after ${entries.size} entries`, `${count} entries`);
      }
      const end = at + 46 + list.readUInt16LE(at + 28) + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
      if (end > length) throw broken(source.path, `entry ${entries.size} of its list ends at byte ${offset + end}`, `at most ${offset + length}`);
      const entry = listedEntry(list.subarray(at, end), source.path);
      if (entries.has(entry.name)) throw broken(source.path, `two entries are named ${quoted(entry.name)}`, 'different names');
      if (entry.header + 30 + entry.packed > source.size) {
        throw broken(source.path, `entry ${quoted(entry.name)} of ${entry.packed} bytes begins at byte ${entry.header}`, `all of it within the file's ${source.size} bytes`);
      }
      entries.set(entry.name, entry);
      at = end;
    }
    return new Zip(source, entries);
  }

  /** Where the bytes of an entry begin. @throws Failure `broken-model` */
  async dataOf(entry: ZipEntry): Promise<number> {
    const header = Buffer.from((await this.source.read(entry.header, 30)).buffer);
    if (header.readUInt32LE(0) !== signatures.local) throw this.#broken(entry, `has no header at byte ${entry.header}`, 'one where the list says');
    const data = entry.header + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (data + entry.packed > this.source.size) {
      throw this.#broken(entry, `has its ${entry.packed} bytes at byte ${data}`, `all of them within the file's ${this.source.size} bytes`);
    }
    return data;
  }

  /** Where the bytes begin of an entry that is stored as it is; `undefined` for others. @throws Failure `broken-model` */
  async placeOf(entry: ZipEntry): Promise<number | undefined> {
    return isStored(entry) ? this.dataOf(entry) : undefined;
  }

  /** All of a small entry. @throws Failure `broken-model` where it is larger than `most` bytes */
  async whole(entry: ZipEntry, most: number): Promise<Buffer<ArrayBuffer>> {
    if (entry.size > most) throw this.#broken(entry, `has ${entry.size} bytes`, `at most ${most}`);
    return joined(this.read(entry, 0, entry.size, 1));
  }

  /** The bytes `[offset, offset + length)` of an entry, unpacked, in stretches of whole units. @throws Failure `broken-model` */
  async *read(entry: ZipEntry, offset: number, length: number, unit: number): AsyncGenerator<Uint8Array> {
    if (offset + length > entry.size) throw this.#broken(entry, `has ${entry.size} bytes`, `${length} at byte ${offset}`);
    const data = await this.dataOf(entry);
    if (isStored(entry)) {
      yield* stretches(this.source, data + offset, length, unit);
    } else if (entry.method === deflated && !entry.encrypted) {
      yield* inUnits(within(this.#inflate(entry, data), offset, length), unit);
    } else {
      throw this.#broken(entry, entry.encrypted ? 'is encrypted' : `is packed by method ${entry.method}`, 'stored or deflated');
    }
  }

  async *#inflate(entry: ZipEntry, data: number): AsyncGenerator<Uint8Array> {
    if (entry.packed <= atOnce && entry.size <= 16 * atOnce) {
      yield this.#unpacked(entry, await this.source.read(data, entry.packed));
      return;
    }
    const unpacker = createInflateRaw();
    const packed = Readable.from(stretches(this.source, data, entry.packed, 1));
    packed.on('error', error => unpacker.destroy(error)).pipe(unpacker);
    let size = 0;
    try {
      for await (const chunk of unpacker as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > entry.size) throw this.#broken(entry, `unpacks to more than ${entry.size} bytes`, 'as many as the list says');
        yield chunk;
      }
    } catch (thrown) {
      throw this.#notDeflated(entry, thrown);
    } finally {
      packed.destroy();
      unpacker.destroy();
    }
    if (size < entry.size) throw this.#broken(entry, `unpacks to ${size} bytes`, `${entry.size}, as the list says`);
  }

  /** Many archives are of small entries, for each of which a stream would take longer than the unpacking. */
  #unpacked(entry: ZipEntry, packed: Uint8Array): Uint8Array {
    let bytes: Uint8Array;
    try {
      bytes = inflateRawSync(packed, { maxOutputLength: entry.size + 1 });
    } catch (thrown) {
      throw this.#notDeflated(entry, thrown);
    }
    if (bytes.length !== entry.size) throw this.#broken(entry, `unpacks to ${bytes.length} bytes`, `${entry.size}, as the list says`);
    return bytes;
  }

  /** What zlib throws has the number of its error; one of its own errors is that there is more than was asked for. */
  #notDeflated(entry: ZipEntry, thrown: unknown): unknown {
    if (thrown instanceof RangeError) return this.#broken(entry, `unpacks to more than ${entry.size} bytes`, 'as many as the list says');
    if (!(thrown instanceof Error) || !('errno' in thrown)) return thrown;
    return broken(this.source.path, `entry ${quoted(entry.name)} cannot be unpacked (${thrown.message})`, 'deflated bytes', undefined, thrown);
  }

  #broken(entry: ZipEntry, found: string, expected: string): Error {
    return broken(this.source.path, `entry ${quoted(entry.name)} ${found}`, expected);
  }
}

function isStored(entry: ZipEntry): boolean {
  return entry.method === stored && !entry.encrypted && entry.packed === entry.size;
}

/** The bytes `[offset, offset + length)` of a stream. What follows is not read. */
async function* within(chunks: AsyncIterable<Uint8Array>, offset: number, length: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  if (length === 0) return;
  for await (const chunk of chunks) {
    const part = chunk.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
    if (part.length > 0) yield part;
    at += chunk.length;
    if (at >= offset + length) return;
  }
}

/** The end of an archive says where its list is; where that outgrew its fields, a second one before it does. */
async function findList(source: ByteSource): Promise<{ offset: number; length: number; count: number }> {
  const { path, size } = source;
  const start = Math.max(0, size - 22 - 65_535);
  const tail = Buffer.from((await source.read(start, size - start)).buffer);
  let end = tail.length - 22;
  // What follows is a comment of the length that is said there; it may look like an end itself.
  while (end >= 0 && !(tail.readUInt32LE(end) === signatures.end && end + 22 + tail.readUInt16LE(end + 20) === tail.length)) end--;
  if (end < 0) throw broken(path, `no end of a zip archive stands in its last ${tail.length} bytes`, 'one: the file may be cut off');
  let list = { count: tail.readUInt16LE(end + 10), length: tail.readUInt32LE(end + 12), offset: tail.readUInt32LE(end + 16) };
  if (end >= 20 && tail.readUInt32LE(end - 20) === signatures.locator64) {
    const at = big(tail, end - 12, path, 'the place of the end of its list');
    const record = Buffer.from((await source.read(at, 56)).buffer);
    if (record.readUInt32LE(0) !== signatures.end64) throw broken(path, `no end of a zip64 list stands at byte ${at}`, 'one');
    list = {
      count: big(record, 32, path, 'the number of its entries'),
      length: big(record, 40, path, 'the length of its list'),
      offset: big(record, 48, path, 'the place of its list'),
    };
  }
  if (list.length > largestList || list.count > mostEntries) {
    throw broken(path, `its list has ${list.count} entries in ${list.length} bytes`, `at most ${mostEntries} in ${largestList}`);
  }
  if (list.offset + list.length > size) {
    throw broken(path, `its list of ${list.length} bytes begins at byte ${list.offset}`, `all of it within the file's ${size} bytes`);
  }
  return list;
}

function listedEntry(record: Buffer, path: string): ZipEntry {
  const nameLength = record.readUInt16LE(28);
  const extraLength = record.readUInt16LE(30);
  const name = record.toString('utf8', 46, 46 + nameLength);
  const wide = zip64Fields(record.subarray(46 + nameLength, 46 + nameLength + extraLength));
  // Fields that are full have their number in the extra field, in this order.
  const number = (at: number, what: string): number => {
    const short = record.readUInt32LE(at);
    if (short !== 0xffffffff) return short;
    const long = wide.shift();
    if (long === undefined || long > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw broken(path, `${what} of entry ${quoted(name)} is ${long === undefined ? 'nowhere' : String(long)}`, 'a number of bytes');
    }
    return Number(long);
  };
  const size = number(24, 'the size');
  const packed = number(20, 'the packed size');
  const header = number(42, 'the place');
  return { name, method: record.readUInt16LE(10), encrypted: (record.readUInt16LE(8) & 1) === 1, size, packed, header };
}

function zip64Fields(extra: Buffer): bigint[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const end = Math.min(extra.length, at + 4 + length);
      const fields: bigint[] = [];
      for (let field = at + 4; field + 8 <= end; field += 8) fields.push(extra.readBigUInt64LE(field));
      return fields;
    }
    at += 4 + length;
  }
  return [];
}

function big(bytes: Buffer, at: number, path: string, what: string): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(path, `${what} is ${value}`, 'a number of bytes within the file');
  return Number(value);
}
