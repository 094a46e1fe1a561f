/**
 * TensorBoard's event files: scalars as `Event` messages (tensorflow/core/util/event.proto and
 * framework/summary.proto, whose field numbers are used here), framed as TFRecord (tensorflow/core/lib/io/record_writer.h).
 * One file an attempt, as TensorBoard expects of a program that was started again.
 */
import { appendFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { writingFailure } from '../files/atomic.ts';

export type Scalars = Readonly<Record<string, number>>;

export class EventFile {
  #begun: Promise<void> | undefined;

  /** @param path where the events go, a new file */
  constructor(readonly path: string) {}

  /** The event file of an attempt in a run's directory. */
  static of(directory: string, attempt: number): EventFile {
    const seconds = Math.floor(Date.now() / 1000);
    return new EventFile(join(directory, `events.out.tfevents.${seconds}.${hostname()}.${attempt}`));
  }

  /** Tells TensorBoard that what earlier files say of steps after this one no longer holds. */
  async restart(step: number): Promise<void> {
    await this.#write(event(step + 1, writer => writer.tag(7, 2).fork().tag(1, 0).int32(sessionStart).join()));
  }

  /** Appends numbers of one step, by tag. */
  async add(step: number, scalars: Scalars): Promise<void> {
    await this.#write(
      event(step, writer => {
        writer.tag(5, 2).fork();
        for (const [tag, value] of Object.entries(scalars)) {
          writer.tag(1, 2).fork().tag(1, 2).string(tag).tag(2, 5).float(value).join();
        }
        writer.join();
      }),
    );
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#begun ??= this.#append(event(0, writer => writer.tag(3, 2).string('brain.Event:2')));
    await this.#begun;
    await this.#append(bytes);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      await appendFile(this.path, frame(bytes));
    } catch (thrown) {
      throw writingFailure(thrown, this.path);
    }
  }
}

/** `SessionLog.SessionStatus.START`. */
const sessionStart = 1;

/** An `Event`: wall time in seconds, step, and what it is about. */
function event(step: number, write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, 1).double(Date.now() / 1000);
  if (step !== 0) writer.tag(2, 0).int64(step);
  write(writer);
  return writer.finish();
}

/** Length, its checksum, the bytes, their checksum; all little-endian. */
function frame(bytes: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(bytes.length + 16);
  framed.writeBigUInt64LE(BigInt(bytes.length), 0);
  framed.writeUInt32LE(maskedCrc(framed.subarray(0, 8)), 8);
  framed.set(bytes, 12);
  framed.writeUInt32LE(maskedCrc(bytes), 12 + bytes.length);
  return framed;
}

/** CRC-32C, masked so that a checksum of bytes that hold checksums stays sound (tensorflow/core/lib/hash/crc32c.h). */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Castagnoli's polynomial, bits reversed (RFC 3720, appendix B.4). */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
  return crc;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
