/**
 * TFRecord, the framing of TensorBoard's event files (tensorflow/core/lib/io/record_writer.h): of each record its length, the
 * length's checksum, the bytes, their checksum.
 */
import type { FileHandle } from 'node:fs/promises';
import { maskedCrc } from '../../training/tfevents.ts';

/** Why reading came to its end. `torn`: within a record, which its writer is writing or was killed at. */
export type RecordsEnd = 'whole' | 'torn' | { readonly brokenAt: number };

export interface Records {
  readonly end: RecordsEnd;
  /** Where the next record begins, or would. */
  readonly offset: number;
  /** Records passed over, since their bytes are not those that were written. */
  readonly passedOver: number;
}

/** A scalar takes some dozen bytes: what is longer holds a graph, an image or a histogram, and is stepped over. */
const longestRecord = 1 << 20;
/** Bytes that are read at once: in between others have their turn. */
const stretch = 1 << 18;
const [before, after] = [12, 4];

/**
 * Hands over the records from `offset` on, each good only until the next; what a length promises and the file does not have is
 * not waited for.
 * @throws what the file system throws, AbortError
 */
export async function readRecords(file: FileHandle, offset: number, signal: AbortSignal, take: (record: Uint8Array) => void): Promise<Records> {
  const { size } = await file.stat();
  const window = Buffer.alloc(stretch + longestRecord + before + after);
  let [start, end, at, passedOver] = [offset, offset, offset, 0];
  /** Whether the bytes up to `to` are in the window. */
  const load = async (to: number): Promise<boolean> => {
    if (to <= end) return true;
    if (to > size) return false;
    signal.throwIfAborted();
    window.copy(window, 0, Math.min(at - start, end - start), end - start);
    const kept = Math.max(0, end - at);
    start = at;
    end = at + kept;
    while (end < to) {
      const { bytesRead } = await file.read(window, end - start, window.length - (end - start), end);
      if (bytesRead === 0) return false;
      end += bytesRead;
    }
    return true;
  };
  while (at < size) {
    if (!(await load(at + before))) return { end: 'torn', offset: at, passedOver };
    const head = window.subarray(at - start, at - start + before);
    const length = Number(head.readBigUInt64LE(0));
    if (head.readUInt32LE(8) !== maskedCrc(head.subarray(0, 8))) return { end: { brokenAt: at }, offset: at, passedOver };
    const next = at + before + length + after;
    if (next > size) return { end: 'torn', offset: at, passedOver };
    if (length <= longestRecord) {
      if (!(await load(next))) return { end: 'torn', offset: at, passedOver };
      const record = window.subarray(at - start + before, at - start + before + length);
      if (window.readUInt32LE(next - after - start) === maskedCrc(record)) take(record);
      else passedOver++;
    }
    at = next;
  }
  return { end: 'whole', offset: at, passedOver };
}
