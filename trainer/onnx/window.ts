/** A stretch of a file that is held in memory, and moved as reading goes on. */
import type { ByteSource } from '../formats/bytes.ts';

/** Bytes that are read after a jump, and the most that are read at once while reading goes straight on. */
const [least, largest] = [16 << 10, 256 << 10];

/**
 * A graph is met in tens of thousands of small steps. A promise for each cost about as much as all the rest (decision 14), so the
 * window reads at once; whoever walks through a file lets others have their turn (`Scan.turn`).
 */
export class Window {
  /** Byte 0 of it is byte `start` of the file. What was read before is overwritten by the next `load`. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  readonly #own = Buffer.allocUnsafeSlow(largest);
  #ahead = least;

  constructor(readonly source: ByteSource) {}

  /**
   * Makes `[offset, offset + length)` stand in memory; `length` is bounded by whoever calls.
   * @throws Failure `broken-model` where the file has fewer bytes
   */
  load(offset: number, length: number): void {
    const end = this.start + this.bytes.length;
    if (offset >= this.start && offset + length <= end) return;
    // Small tensors are sooner read than jumped over.
    const straight = offset >= this.start && offset <= end + this.#ahead;
    this.#ahead = straight ? Math.min(this.#ahead * 2, largest) : least;
    const wanted = Math.max(length, Math.min(this.#ahead, this.source.size - offset));
    const bytes = wanted <= largest ? this.#own.subarray(0, Math.max(0, wanted)) : Buffer.allocUnsafeSlow(wanted);
    // A read that fails must not leave half-overwritten bytes to be taken for good ones.
    this.bytes = Buffer.alloc(0);
    this.source.readIntoNow(bytes, offset);
    this.bytes = bytes;
    this.start = offset;
  }
}
