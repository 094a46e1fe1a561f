/** Follows a file that another process appends lines to, whatever becomes of it meanwhile. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { errnoOf } from '../files/errno.ts';

/** Where a tail is: up to where the file was read, and by what it is known to be the same still. */
export interface TailPlace {
  /** Byte after the last whole line. */
  readonly offset: number;
  /** The bytes before it, at most 64. */
  readonly seam: Buffer;
}

/** Takes a line without its end. `offset` is where it begins in the file, `last` where the file ends that is being read. */
export type TakeLine = (buffer: Buffer, start: number, end: number, offset: number, last: number) => void;

export interface TailReader {
  /** The file is another one, or is gone: all lines so far are void. */
  reset(): void;
  line: TakeLine;
}

const seamLength = 64;
const chunkLength = 1 << 20;
/** A line that is longer is passed over. */
const longestLine = 16 << 20;
const lineEnd = 0x0a;
/** Milliseconds of reading at a stretch, after which others have their turn. */
const stretch = 15;

/**
 * Reads only what came since the last time, and only lines that have their end. A file that became shorter, has another
 * identity, or differs just before that place is read anew.
 */
export class Tail {
  readonly #path: string;
  #identity: Identity | undefined;
  #offset = 0;
  #seam: Buffer = Buffer.alloc(0);
  /** Lines too long to be read. */
  #tooLong = 0;
  /** Within such a line. */
  #isPassing = false;

  constructor(path: string, place?: TailPlace) {
    this.#path = path;
    if (place === undefined) return;
    this.#offset = place.offset;
    this.#seam = place.seam;
  }

  get place(): TailPlace {
    return { offset: this.#offset, seam: this.#seam };
  }

  get tooLong(): number {
    return this.#tooLong;
  }

  /** Whether the place is the end of a line. */
  get isBetweenLines(): boolean {
    return !this.#isPassing;
  }

  /**
   * Reads what is new. A file that cannot be read for now (a file system that does not answer) leaves everything as it was.
   * @returns whether there was anything
   */
  async read(reader: TailReader, signal?: AbortSignal): Promise<boolean> {
    const file = this.#open();
    if (file === 'unreadable') return false;
    if (file === undefined) return this.#forget(reader);
    try {
      return await this.#readOpened(file, reader, signal);
    } catch (thrown) {
      if (errnoOf(thrown) === undefined) throw thrown;
      return false;
    } finally {
      closeSync(file);
    }
  }

  #open(): number | 'unreadable' | undefined {
    try {
      return openSync(this.#path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (thrown) {
      const code = errnoOf(thrown);
      if (code === undefined) throw thrown;
      return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'unreadable';
    }
  }

  async #readOpened(file: number, reader: TailReader, signal: AbortSignal | undefined): Promise<boolean> {
    const stats = fstatSync(file, { bigint: true });
    if (!stats.isFile()) return this.#forget(reader);
    const size = Number(stats.size);
    const identity = identityOf(stats);
    const isSame = isOf(identity, this.#identity) && size >= this.#offset && this.#isSeamed(file);
    const isAnew = !isSame && this.#forget(reader);
    this.#identity = identity;
    return (await this.#readLines(file, size, reader, signal)) || isAnew;
  }

  async #readLines(file: number, size: number, { line }: TailReader, signal: AbortSignal | undefined): Promise<boolean> {
    const began = this.#offset;
    let buffer = Buffer.allocUnsafe(Math.min(chunkLength, size - this.#offset));
    let since = performance.now();
    let position = this.#offset;
    while (position < size) {
      signal?.throwIfAborted();
      const length = readSync(file, buffer, 0, Math.min(buffer.length, size - position), position);
      if (length === 0) break;
      let start = 0;
      for (let end = buffer.indexOf(lineEnd); end >= 0 && end < length; end = start < length ? buffer.indexOf(lineEnd, start) : -1) {
        if (this.#isPassing) this.#isPassing = false;
        else line(buffer, start, end, position + start, size);
        start = end + 1;
      }
      if (start > 0) this.#keep(buffer, start, position);
      if (start === 0 && length === buffer.length && position + length < size) {
        // Not one line had its end.
        if (buffer.length < longestLine) {
          buffer = Buffer.allocUnsafe(Math.min(longestLine, buffer.length * 4));
          continue;
        }
        if (!this.#isPassing) this.#tooLong++;
        this.#isPassing = true;
        start = length;
        this.#keep(buffer, start, position);
      }
      if (start === 0) break;
      position += start;
      if (performance.now() - since > stretch) {
        await setImmediate();
        since = performance.now();
      }
    }
    return this.#offset > began;
  }

  /** Whether the bytes before where we are are those that were there. */
  #isSeamed(file: number): boolean {
    if (this.#seam.length === 0) return true;
    const found = Buffer.alloc(this.#seam.length);
    return readSync(file, found, 0, found.length, this.#offset - found.length) === found.length && found.equals(this.#seam);
  }

  #keep(buffer: Buffer, end: number, position: number): void {
    const before = Buffer.from(buffer.subarray(Math.max(0, end - seamLength), end));
    this.#seam = before.length === seamLength ? before : Buffer.concat([this.#seam, before]).subarray(-seamLength);
    this.#offset = position + end;
  }

  #forget(reader: TailReader): boolean {
    const had = this.#offset > 0;
    this.#identity = undefined;
    this.#offset = 0;
    this.#seam = Buffer.alloc(0);
    this.#tooLong = 0;
    this.#isPassing = false;
    if (had) reader.reset();
    return had;
  }
}

interface Identity {
  readonly inode: string;
  /** When it was made: an inode's number is soon given to another file. Some file systems do not tell. */
  readonly birth: bigint | undefined;
}

function identityOf({ dev, ino, birthtimeNs, ctimeNs }: BigIntStats): Identity {
  return { inode: `${dev} ${ino}`, birth: birthtimeNs === ctimeNs || birthtimeNs === 0n ? undefined : birthtimeNs };
}

function isOf(found: Identity, known: Identity | undefined): boolean {
  if (known === undefined) return true;
  return found.inode === known.inode && (found.birth === undefined || known.birth === undefined || found.birth === known.birth);
}
