/** Protobuf's variable-length integers: seven bits a byte, the least significant first (protobuf.dev, "Encoding"). */
export interface Varint {
  /** The number's two halves, as 32-bit integers. */
  low: number;
  high: number;
}

const longest = 10;

/** Reads one that begins at `at` and ends before `end`; gives where the next byte stands, or −1 where it does not end there. */
export function readVarint(bytes: Uint8Array, at: number, end: number, into: Varint): number {
  let [low, high] = [0, 0];
  const last = Math.min(end, at + longest);
  for (let shift = 0; at < last; shift += 7) {
    const byte = bytes[at++] ?? 0;
    const bits = byte & 127;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >> 4;
    } else high |= bits << (shift - 32);
    if (byte < 128) {
      into.low = low;
      into.high = high;
      return at;
    }
  }
  return -1;
}

/** As an int64; rounded beyond 2⁵³. */
export const signed = ({ low, high }: Varint): number => high * 2 ** 32 + (low >>> 0);
/** As a uint64; rounded beyond 2⁵³. */
export const unsigned = ({ low, high }: Varint): number => (high >>> 0) * 2 ** 32 + (low >>> 0);
