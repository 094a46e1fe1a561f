/** Where to cut so that the largest numbers are kept, without sorting them. */

/** What is larger is kept, and of what is as large the first `equal`. Signs do not count. */
export interface CutOff {
  readonly least: number;
  readonly equal: number;
}

const nothingKept: CutOff = { least: Number.POSITIVE_INFINITY, equal: 0 };
const allKept: CutOff = { least: 0, equal: 0 };

/**
 * The `need` largest, or the fewest largest that sum up to `need`. A radix selection: the bits of floats are in the order of
 * their sizes, so that each of four passes finds one more byte of the number where the cut is.
 * @param visit shows all numbers, several at once; it is called once a pass
 */
export function cutOff(visit: (see: (numbers: Float32Array) => void) => void, need: number, by: 'count' | 'mass'): CutOff {
  if (!(need > 0)) return nothingKept;
  let left = need;
  let prefix = 0;
  let known = 0;
  for (let shift = 24; shift >= 0; shift -= 8) {
    const amounts = new Float64Array(256);
    visit(numbers => addUp(numbers, { amounts, prefix, known, shift, by }));
    let digit = 255;
    while (digit >= 0 && left > (amounts[digit] ?? 0)) left -= amounts[digit--] ?? 0;
    // All together are less than what is needed.
    if (digit < 0) return allKept;
    prefix |= digit << shift;
    known |= 255 << shift;
  }
  const least = floatOf(prefix);
  return least === 0 ? allKept : { least, equal: by === 'count' ? left : Math.ceil(left / least) };
}

interface Digits {
  /** How much there is of each digit: how many numbers, or their sum. */
  readonly amounts: Float64Array;
  /** Only numbers that begin like this count. */
  readonly prefix: number;
  readonly known: number;
  readonly shift: number;
  readonly by: 'count' | 'mass';
}

function addUp(numbers: Float32Array, { amounts, prefix, known, shift, by }: Digits): void {
  const bits = new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  for (let index = 0; index < bits.length; index++) {
    const size = (bits[index] ?? 0) & 0x7fff_ffff;
    if ((size & known) !== prefix) continue;
    const digit = (size >>> shift) & 255;
    amounts[digit] = (amounts[digit] ?? 0) + (by === 'count' ? 1 : Math.abs(numbers[index] ?? 0));
  }
}

function floatOf(bits: number): number {
  return new Float32Array(Int32Array.of(bits).buffer)[0] ?? 0;
}
