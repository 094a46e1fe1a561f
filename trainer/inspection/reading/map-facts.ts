import type { MapWindow } from '../../../protocol/inspection.ts';
import type { Matrix } from './matrix.ts';

/** What is told of a map as a whole, whichever stretch of it is asked for. */
export type MapFacts = Pick<MapWindow, 'full' | 'strong' | 'hidden'>;

/** @param kept has 0 where a weight of `whole` is left out */
export function mapFactsOf(whole: Matrix, kept: Matrix): MapFacts {
  let full = 0;
  let [cells, mass] = [0, 0];
  const sizes = new Sizes();
  for (let index = 0; index < whole.rows; index++) {
    const row = whole.row(index);
    for (let column = 0; column < row.length; column++) full = Math.max(full, Math.abs(row[column] ?? 0));
    if (kept === whole) {
      sizes.count(row);
      continue;
    }
    const left = kept.row(index);
    sizes.count(left);
    for (let column = 0; column < row.length; column++) {
      const weight = row[column] ?? 0;
      if (weight === 0 || left[column] !== 0) continue;
      cells++;
      mass += Math.abs(weight);
    }
  }
  return { full, strong: Math.min(full, sizes.reachOf(0.99)), hidden: { cells, mass } };
}

/** How many numbers there are of each size, to 1/128 of it: the upper half of a float32, without its sign. */
class Sizes {
  readonly #counts = new Uint32Array(1 << 15);

  count(numbers: Float32Array): void {
    const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
    for (let index = 0; index < bits.length; index++) {
      const size = ((bits[index] ?? 0) >>> 16) & 0x7fff;
      this.#counts[size] = (this.#counts[size] ?? 0) + 1;
    }
  }

  /** What a share of those that are not 0 does not exceed; 0 where all are 0. */
  reachOf(share: number): number {
    let left = Math.floor((1 - share) * this.#counts.subarray(1).reduce((sum, count) => sum + count, 0));
    for (let size = this.#counts.length - 1; size > 0; size--) {
      const count = this.#counts[size] ?? 0;
      if (count > left) return new Float32Array(Uint32Array.of(size << 16 | 0xffff).buffer)[0] ?? 0;
      left -= count;
    }
    return 0;
  }
}
