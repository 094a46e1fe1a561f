import { expect, test } from 'vitest';
import type { EncodedPair } from '../../training/batch.ts';
import { bucketOf, padBatch, shapeOf } from '../../training/batch.ts';
import { joinPairs, planEpoch, planValidation } from './epoch-plan.ts';

const end = 2;
/** A pair of so many tokens, told apart by its number. */
const pair = (number: number, source: number, target: number): EncodedPair => ({
  source: [...Array.from({ length: source - 1 }, () => number), end],
  target: Array.from({ length: target - 1 }, () => number),
});
const buckets = [{ source: 4, target: 4 }, { source: 8, target: 10 }];
const settings = { buckets, tokensPerBatch: 40, join: 0, seed: 3 };
const pairs = Array.from({ length: 100 }, (_, index) => pair(100 + index, 2 + (index % 7), 2 + (index % 9)));
const examples = pairs.map(plain => ({ plain, slotted: undefined }));

const numbersOf = (batches: readonly { pairs: readonly EncodedPair[] }[]): number[] =>
  batches.flatMap(batch => batch.pairs.flatMap(one => [...new Set(one.source.slice(0, -1))])).toSorted((a, b) => a - b);

test('every pair comes once an epoch, in a bucket that it fits, no batch over its size', () => {
  for (const epoch of [0, 1]) {
    const batches = planEpoch(examples, epoch, settings);
    expect(numbersOf(batches)).toEqual(pairs.map((_, index) => 100 + index));
    for (const { bucket, pairs: group } of batches) {
      const shape = shapeOf(buckets[bucket] ?? { source: 0, target: 0 }, settings.tokensPerBatch);
      expect(group.length).toBeLessThanOrEqual(shape.batch);
      for (const one of group) expect(bucketOf(one, buckets)).toBe(bucket);
    }
  }
});

test('the same seed and epoch make the same batches; another epoch or seed others', () => {
  const plan = JSON.stringify(planEpoch(examples, 4, settings));
  expect(JSON.stringify(planEpoch(examples, 4, settings))).toBe(plan);
  expect(JSON.stringify(planEpoch(examples, 5, settings))).not.toBe(plan);
  expect(JSON.stringify(planEpoch(examples, 4, { ...settings, seed: 4 }))).not.toBe(plan);
});

test('joined pairs lose nothing: one end token at the end, the targets one after the other', () => {
  expect(joinPairs([{ source: [5, 6, end], target: [7] }, { source: [8, end], target: [9, 10] }])).toEqual({
    source: [5, 6, 8, end],
    target: [7, 9, 10],
  });
  const batches = planEpoch(examples, 0, { ...settings, join: 0.9 });
  expect(numbersOf(batches)).toEqual(pairs.map((_, index) => 100 + index));
  const long = batches.flatMap(batch => batch.pairs).filter(one => new Set(one.source.slice(0, -1)).size > 1);
  expect(long.length).toBeGreaterThan(2);
  for (const one of long) expect(one.source.indexOf(end)).toBe(one.source.length - 1);
});

test('about half of the pairs that have slots show them', () => {
  const slotted = examples.map(({ plain }) => ({ plain, slotted: { source: [1, ...plain.source.slice(1)], target: plain.target } }));
  const shown = planEpoch(slotted, 0, settings).flatMap(batch => batch.pairs).filter(one => one.source[0] === 1);
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.length).toBeLessThan(70);
});

test('pairs too long for any bucket are left out; validation leaves nothing to chance', () => {
  const withLong = [...examples, { plain: pair(999, 9, 4), slotted: undefined }, { plain: pair(998, 4, 11), slotted: undefined }];
  expect(numbersOf(planEpoch(withLong, 0, settings))).toEqual(pairs.map((_, index) => 100 + index));
  const plan = planValidation(withLong.map(({ plain }) => plain), settings);
  expect(numbersOf(plan)).toEqual(pairs.map((_, index) => 100 + index));
  expect(plan).toEqual(planValidation(withLong.map(({ plain }) => plain), settings));
});

test('a batch is laid out time-major; padding weighs nothing', () => {
  const { tensors, count } = padBatch([pair(5, 3, 2), pair(6, 2, 3)], { batch: 3, source: 3, target: 3 }, { pad: 0, start: 1, end });
  expect(count).toBe(5);
  expect([...(tensors['source'] ?? [])].map(Number)).toEqual([5, 6, 0, 5, end, 0, end, 0, 0]);
  expect([...(tensors['target'] ?? [])].map(Number)).toEqual([1, 1, 0, 5, 6, 0, 0, 6, 0]);
  expect([...(tensors['labels'] ?? [])].map(Number)).toEqual([5, 6, 0, end, 6, 0, 0, end, 0]);
  const weights = [...(tensors['label_weights'] ?? [])].map(Number);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
  expect(weights.filter(weight => weight === 0)).toHaveLength(4);
  expect([...(tensors['source_bias'] ?? [])].map(weight => Number(weight) === 0)).toEqual([
    true, true, true, true, true, false, false, false, false,
  ]);
});
