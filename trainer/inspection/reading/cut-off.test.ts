import { describe, expect, it } from 'vitest';
import { Random } from '../../training/random.ts';
import { type CutOff, cutOff } from './cut-off.ts';

const random = new Random('cut-off');
/** Many sizes, some equal, some 0, some less than 0. */
const drawn = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => (random.below(4) === 0 ? random.below(3) : random.normal() * 10 ** -random.below(6)));

/** What is kept of numbers, by what the cut says. */
function kept(numbers: Float32Array, { least, equal }: CutOff): number[] {
  let left = equal;
  return [...numbers].filter(number => Math.abs(number) > least || (Math.abs(number) === least && left-- > 0));
}

const largestFirst = (numbers: Iterable<number>): number[] => [...numbers].map(Math.abs).toSorted((one, other) => other - one);

describe('cutOff', () => {
  it('keeps as many of the largest as are needed, whatever their sizes', () => {
    for (let round = 0; round < 200; round++) {
      const numbers = drawn(1 + random.below(300));
      const need = 1 + random.below(numbers.length);
      const expected = largestFirst(numbers).slice(0, need).filter(number => number > 0);
      expect(largestFirst(kept(numbers, cutOff(see => see(numbers), need, 'count')))).toEqual(expected);
    }
  });

  it('keeps as few of the largest as make up a mass', () => {
    for (let round = 0; round < 200; round++) {
      const numbers = drawn(1 + random.below(300));
      const sorted = largestFirst(numbers);
      const need = random.uniform() * sorted.reduce((sum, number) => sum + number, 0);
      const found = largestFirst(kept(numbers, cutOff(see => see(numbers), need, 'mass')));
      const mass = found.reduce((sum, number) => sum + number, 0);
      expect(found).toEqual(sorted.slice(0, found.length));
      expect(mass).toBeGreaterThan(need - 1e-9);
      expect(mass - (found.at(-1) ?? 0)).toBeLessThan(need + 1e-9);
    }
  });

  it('sees several arrays as one', () => {
    const arrays = [drawn(50), drawn(70), drawn(30)];
    const together = Float32Array.from(arrays.flatMap(array => [...array]));
    const apart = cutOff(see => arrays.forEach(see), 40, 'count');
    expect(apart).toEqual(cutOff(see => see(together), 40, 'count'));
  });

  it('keeps nothing of nothing, and everything where more is needed than there is; 0 is never kept', () => {
    const numbers = Float32Array.of(0, 3, 0, 1);
    expect(kept(numbers, cutOff(see => see(numbers), 0, 'count'))).toEqual([]);
    expect(kept(numbers, cutOff(see => see(numbers), 9, 'count'))).toEqual([3, 1]);
    expect(kept(numbers, cutOff(see => see(numbers), 9, 'mass'))).toEqual([3, 1]);
    expect(kept(new Float32Array(), cutOff(see => see(new Float32Array()), 1, 'count'))).toEqual([]);
  });
});
