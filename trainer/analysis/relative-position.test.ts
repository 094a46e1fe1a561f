import { describe, expect, it } from 'vitest';
import { Random } from '../training/random.ts';
import type { AttentionMatrix } from './map-statistics.ts';
import { RelativePositions } from './relative-position.ts';

/** A map whose weights are what a function of query and key gives. */
function mapOf(size: number, weight: (query: number, key: number) => number): AttentionMatrix {
  return { weights: Float32Array.from({ length: size ** 2 }, (_, place) => weight(Math.floor(place / size), place % size)), shape: [size, size] };
}
const of = (...maps: readonly AttentionMatrix[]): RelativePositions => new RelativePositions(maps);

describe('RelativePositions', () => {
  it('tells how far away is looked, in the mean over all weights', () => {
    expect(of(mapOf(3, (query, key) => Number(query === key))).distance()).toBe(0);
    expect(of(mapOf(2, (query, key) => (query === key ? 0.75 : 0.25))).distance()).toBe(0.25);
    // Of the longer one two rows look two tokens away, of the shorter both rows one.
    const [far, near] = [mapOf(4, (query, key) => Number(key === 2 && query % 2 === 0) * 0.5), mapOf(2, (query, key) => Number(query !== key))];
    expect(of(far, near).distance()).toBeCloseTo((0.5 * 2 + 0.5 * 0 + 2) / 3, 6);
    expect(of(mapOf(2, () => 0)).distance()).toBe(0);
  });

  it('explains what depends on relative position alone, and nothing that does not', () => {
    expect(of(mapOf(12, (query, key) => 1 / (1 + Math.abs(query - key)))).explained()).toBeCloseTo(1, 6);
    expect(of(mapOf(12, (_, key) => Number(key === 0))).explained()).toBeLessThan(0.2);
    expect(of(mapOf(12, () => 1 / 12)).explained()).toBe(0);
  });

  it('takes chance for no explanation, however short the text is', () => {
    const random = new Random('relative positions');
    const mean = (size: number): number =>
      Array.from({ length: 300 }, () => of(mapOf(size, () => random.uniform())).explained()).reduce((sum, explained) => sum + explained, 0) / 300;
    for (const size of [4, 8, 20]) expect(mean(size)).toBeLessThan(0.2);
    expect(of(mapOf(1, () => 1)).explained()).toBe(0);
  });

  it('does not count what lies ahead where nobody looks there', () => {
    expect(of(mapOf(12, (query, key) => (key <= query ? 1 / 12 : 0))).explained()).toBe(0);
    const even = mapOf(12, (query, key) => (key <= query ? 1 / (query + 1) : 0));
    expect(of(even).explained()).toBeLessThan(0.3);
  });

  it('is over several maps as over one', () => {
    const previous = (size: number): AttentionMatrix => mapOf(size, (query, key) => Number(key === query - 1));
    expect(of(previous(5), previous(9)).explained()).toBeCloseTo(1, 6);
    expect(of(previous(5), previous(9)).distance()).toBe(1);
  });
});
