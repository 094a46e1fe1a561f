/** Positioned reading of a file that nobody has vouched for: nothing is read that is not there. */
import { constants, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';

/** A file that is open for reading, or bytes in memory that are read as one. */
export class ByteSource {
  readonly #handle: FileHandle | Uint8Array;

  private constructor(
    /** Absolute. */
    readonly path: string,
    /** In bytes, as it was when it was opened. */
    readonly size: number,
    handle: FileHandle | Uint8Array,
  ) {
    this.#handle = handle;
  }

  /** @param path what messages call it, and beside which files are looked for that it names */
  static of(path: string, bytes: Uint8Array): ByteSource {
    return new ByteSource(resolve(path), bytes.byteLength, bytes);
  }

  /** @throws Failure `no-such-file` where there is none or it may not be read, `broken-model` where it is no plain file */
  static async open(path: string): Promise<ByteSource> {
    const file = resolve(path);
    // Without O_NONBLOCK, opening a named pipe waits for someone to write into it.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((thrown: unknown) => {
      throw openingFailure(file, thrown);
    });
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) {
        const found = stats.isDirectory() ? 'a folder' : 'no plain file';
        throw new Failure('broken-model', `${file} is ${found}; a file was expected.`, 'Give the path of a file.');
      }
      return new ByteSource(file, stats.size, handle);
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  /**
   * The bytes `[offset, offset + length)`. Memory is taken for them at once: whoever calls bounds `length`.
   * @throws Failure `broken-model` where the file has fewer
   */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#check(offset, length);
    const bytes = new Uint8Array(length);
    await this.readInto(bytes, offset);
    return bytes;
  }

  /** Fills `target` from `offset` on. @throws Failure `broken-model` where the file has fewer bytes */
  async readInto(target: Uint8Array, offset: number): Promise<void> {
    this.#check(offset, target.byteLength);
    if (this.#handle instanceof Uint8Array) {
      target.set(this.#handle.subarray(offset, offset + target.byteLength));
      return;
    }
    for (let done = 0; done < target.byteLength; ) {
      const { bytesRead } = await this.#handle.read(target, done, target.byteLength - done, offset + done);
      if (bytesRead === 0) throw this.#endsEarly(offset, target.byteLength, offset + done);
      done += bytesRead;
    }
  }

  /**
   * The same at once, while everything else waits: for a few kilobytes at a time, where waiting for each would take longer than
   * reading it.
   */
  readIntoNow(target: Uint8Array, offset: number): void {
    this.#check(offset, target.byteLength);
    if (this.#handle instanceof Uint8Array) {
      target.set(this.#handle.subarray(offset, offset + target.byteLength));
      return;
    }
    for (let done = 0; done < target.byteLength; ) {
      const bytesRead = readSync(this.#handle.fd, target, done, target.byteLength - done, offset + done);
      if (bytesRead === 0) throw this.#endsEarly(offset, target.byteLength, offset + done);
      done += bytesRead;
    }
  }

  async close(): Promise<void> {
    if (!(this.#handle instanceof Uint8Array)) await this.#handle.close();
  }

  #check(offset: number, length: number): void {
    const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (!whole || offset + length > this.size) throw this.#endsEarly(offset, length, this.size);
  }

  #endsEarly(offset: number, length: number, end: number): Failure {
    return new Failure(
      'broken-model',
      `${this.path} ends at byte ${end}; ${length} bytes were expected at byte ${offset}.`,
      'The file is cut off or was changed: download or write it again.',
    );
  }
}

function openingFailure(file: string, thrown: unknown): unknown {
  const code = errnoOf(thrown);
  if (code === undefined) return thrown;
  // Windows refuses to open a folder.
  if (code === 'EISDIR') return new Failure('broken-model', `${file} is a folder; a file was expected.`, 'Give the path of a file.', { cause: thrown });
  const found = code === 'ENOENT' || code === 'ENOTDIR' ? `There is no file ${file}.` : `${file} cannot be read (${code}).`;
  return new Failure('no-such-file', found, 'Check the path and its permissions.', { cause: thrown });
}

/** Does some work with an open file, and closes it. */
export async function withBytes<Result>(path: string, work: (source: ByteSource) => Promise<Result>): Promise<Result> {
  const source = await ByteSource.open(path);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}
