import { expect, test } from 'vitest';
import { Random } from '../../../training/random.ts';
import { KeyDraw, PairSample } from './draw.ts';

const pairs = Array.from({ length: 5000 }, (_, index) => ({ source: `source ${index % 2500}`, target: `target ${index}` }));

function drawn(given: readonly { source: string; target: string }[], seed = 1, most = 40): string[] {
  const draw = new KeyDraw(most, seed);
  for (const pair of given) draw.add(pair.source, pair);
  return draw.drawn().map(group => group.map(({ target }) => target).toSorted().join(' and '));
}

test('as many keys are drawn as asked, each with all of its pairs, whatever the order', () => {
  const keys = drawn(pairs);
  expect(keys).toHaveLength(40);
  for (const key of keys) expect(key).toMatch(/ and /);
  expect(drawn(pairs.toReversed())).toEqual(keys);
  expect(drawn(pairs, 2)).not.toEqual(keys);
  // The first ones of a larger draw are those of a smaller one.
  expect(drawn(pairs, 1, 60).slice(0, 40)).toEqual(keys);
});

test('few keys are all drawn, none where none is asked for', () => {
  expect(drawn(pairs.slice(0, 10))).toHaveLength(10);
  expect(drawn(pairs, 1, 0)).toEqual([]);
});

test('a sample is bounded, and from the end of the corpus as much as from its beginning', () => {
  const sample = new PairSample(1000, 8, new Random(1, 'test'));
  for (const pair of pairs) sample.add(pair);
  expect(sample.pairs).toHaveLength(1000);
  const numbers = Array.from({ length: 20 }, (_, seed) => {
    const one = new PairSample(100, 100, new Random(seed, 'test'));
    for (const pair of pairs) one.add(pair);
    return one.pairs.map(({ target }) => Number(target.slice(7)));
  }).flat();
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  // A deviation of the mean of 2,000 numbers below 5,000 is 32.
  expect(Math.abs(mean - 2500)).toBeLessThan(130);
  for (const { source, target } of sample.pairs) expect(Math.max(source.length, target.length)).toBeLessThanOrEqual(8);
});
