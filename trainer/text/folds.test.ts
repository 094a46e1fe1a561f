import { expect, test } from 'vitest';
import { toyPairs } from '../training/training.fixture.ts';
import { splitForFold } from './folds.ts';
import { splitByComponent, splitKey } from './split.ts';

const options = { validation: 20, test: 30, seed: 1 };
/** Every third pair has a second translation of its source. */
const pairs = toyPairs(300).flatMap((pair, index) => (index % 3 === 0 ? [pair, { ...pair, target: `${pair.target} ${index}` }] : [pair]));
const text = ({ source, target }: { source: string; target: string }): string => `${source}\t${target}`;

test('each pair validates in one fold, and the test set is the same in all and in none', () => {
  const folds = [0, 1, 2, 3].map(index => splitForFold(pairs, options, { index, of: 4 }));
  const { test: held } = splitByComponent(pairs, options);
  expect(held.length).toBeGreaterThan(29);
  const validated = folds.flatMap(({ validation }) => validation);
  expect(validated).toHaveLength(pairs.length - held.length);
  expect([...validated, ...held].map(text).toSorted()).toEqual(pairs.map(text).toSorted());
  for (const { train, validation, test: own } of folds) {
    expect(own).toEqual(held);
    expect(train.length + validation.length + own.length).toBe(pairs.length);
    const trained = new Set(train.flatMap(({ source, target }) => [splitKey(source), splitKey(target)]));
    for (const { source, target } of [...validation, ...own]) {
      expect(trained).not.toContain(splitKey(source));
      expect(trained).not.toContain(splitKey(target));
    }
    const sources = new Set(validation.map(({ source }) => source)).size;
    expect(Math.abs(sources - 270 / 4)).toBeLessThan(3);
  }
});

test('the folds do not depend on the order of the corpus, but on the seed', () => {
  const fold = { index: 1, of: 3 };
  const one = splitForFold(pairs, options, fold);
  expect(splitForFold(pairs.toReversed(), options, fold)).toEqual(one);
  expect(splitForFold(pairs, { ...options, seed: 2 }, fold)).not.toEqual(one);
});

test('what hangs together with too much else stays in training in every fold', () => {
  const chain = Array.from({ length: 40 }, (_, index) => ({ source: `chain ${index}`, target: 'toujours' }));
  for (const index of [0, 1, 2]) {
    const { train } = splitForFold([...toyPairs(100), ...chain], options, { index, of: 3 });
    expect(train.filter(({ target }) => target === 'toujours')).toHaveLength(40);
  }
});

test('more folds than there is to share out are refused', () => {
  expect(() => splitForFold(toyPairs(60), options, { index: 0, of: 40 })).toThrow(
    expect.objectContaining({ code: 'bad-argument', message: expect.stringContaining('40 folds were asked for, but there are only 30 groups') }),
  );
});
