import { expect, test } from 'vitest';
import { stratifiedFold } from './folds.ts';
import { partition } from './partition.ts';

const examples = Array.from({ length: 90 }, (_, index) => ({ label: index % 10 < 7 ? 'many' : index % 10 < 9 ? 'few' : 'rare', from: 'file', text: `text ${index}` }));
const overlap = ({ text }: (typeof examples)[number]): string => text;

test('each example validates in one fold, and every label has its share of each', () => {
  const folds = [0, 1, 2].map(index => stratifiedFold(examples, overlap, { index, of: 3 }, 1));
  expect(folds.flatMap(({ validation }) => validation.map(overlap)).toSorted()).toEqual(examples.map(overlap).toSorted());
  for (const { train, validation } of folds) {
    expect(train).toHaveLength(60);
    const of = (label: string): number => validation.filter(example => example.label === label).length;
    expect([of('many'), of('few'), of('rare')]).toEqual([21, 6, 3]);
  }
});

test('texts that give each other away are held out together', () => {
  const alike = examples.flatMap(example => [example, { ...example, text: `${example.text}!` }]);
  const { train, validation } = stratifiedFold(alike, ({ text }) => text.replace('!', ''), { index: 0, of: 5 }, 1);
  const trained = new Set(train.map(({ text }) => text.replace('!', '')));
  expect(validation).toHaveLength(36);
  for (const { text } of validation) expect(trained).not.toContain(text.replace('!', ''));
});

test('the test set is the same whatever the fold; more folds than examples are refused', () => {
  const given = { train: examples, validation: undefined, test: undefined };
  const split = { validation: 10, test: 12, seed: 3 };
  const held = partition(given, { same: overlap, overlap }, split).parts.test;
  for (const index of [0, 1]) {
    const { parts } = partition(given, { same: overlap, overlap }, split, { index, of: 2 });
    expect(parts.test).toEqual(held);
    expect(parts.validation).toHaveLength(39);
    expect(parts.train).toHaveLength(39);
  }
  expect(() => stratifiedFold(examples, overlap, { index: 0, of: 91 }, 1)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
});
