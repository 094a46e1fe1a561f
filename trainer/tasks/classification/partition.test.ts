import { expect, test } from 'vitest';
import { leftOutLines, partition } from './partition.ts';

interface Example {
  readonly label: string;
  readonly from: string;
  readonly text: string;
}

const example = (label: string, text: string, from = 'train.txt'): Example => ({ label, text, from });
const keys = { same: ({ text }: Example) => text, overlap: ({ text }: Example) => text.replace(/\W/g, '').toLowerCase() };
const numbered = Array.from({ length: 100 }, (_, index) => example(index % 2 === 0 ? 'a' : 'b', `text ${index}`));

test('of the same text with the same label one is kept; of several labels the most frequent, of a tie none', () => {
  const train = [
    example('a', 'twice'), example('a', 'twice'),
    example('a', 'mostly a'), example('a', 'mostly a'), example('b', 'mostly a'),
    example('a', 'either'), example('b', 'either'),
    example('b', 'once'),
  ];
  const { parts, left } = partition({ train, validation: [example('a', 'v')], test: [example('a', 't')] }, keys, undefined);
  expect(parts.train.map(({ label, text }) => `${label} ${text}`)).toEqual(['a twice', 'a mostly a', 'b once']);
  expect(left).toEqual({ duplicates: 2, conflicting: 3, heldOut: {} });
});

test('what stands in a held-out set is no training example, and is counted by its file', () => {
  const train = [example('a', 'good!'), example('b', 'bad'), example('a', 'GOOD', 'phrases.tsv'), example('b', 'fine')];
  const { parts, left } = partition({ train, validation: [example('a', 'v')], test: [example('a', 'good')] }, keys, undefined);
  expect(parts.train.map(({ text }) => text)).toEqual(['bad', 'fine']);
  expect(left.heldOut).toEqual({ 'train.txt': 1, 'phrases.tsv': 1 });
  expect(leftOutLines(left, ['text', 'texts'])).toEqual([
    '1 text of train.txt and 1 text of phrases.tsv left out of the training: held-out examples are the same',
  ]);
});

test('what is not given is drawn by the seed, and overlaps with nothing', () => {
  const split = { validation: 10, test: 20, seed: 3 };
  const draw = (seed: number) => partition({ train: numbered, validation: undefined, test: undefined }, keys, { ...split, seed }).parts;
  const { train, validation, test: tested } = draw(3);
  expect([train.length, validation.length, tested.length]).toEqual([70, 10, 20]);
  expect(new Set([...train, ...validation, ...tested]).size).toBe(100);
  expect(draw(3)).toEqual({ train, validation, test: tested });
  expect(draw(4)).not.toEqual({ train, validation, test: tested });
});

test('texts that differ in their marks alone go to one side', () => {
  const train = numbered.flatMap(one => [one, { ...one, text: `${one.text}!` }]);
  const { parts } = partition({ train, validation: undefined, test: undefined }, keys, { validation: 10, test: 10, seed: 1 });
  const sides = [parts.train, parts.validation, parts.test].map(side => new Set(side.map(keys.overlap)));
  expect(sides.reduce((sum, side) => sum + side.size, 0)).toBe(100);
  expect(parts.test).toHaveLength(20);
});

test('nothing left to train on is a failure that says so', () => {
  expect(() => partition({ train: numbered.slice(0, 5), validation: undefined, test: undefined }, keys, { validation: 10, test: 20, seed: 1 })).toThrow(
    /Of 5 examples 0 are left for training and 0 for validation when 5 are held out/,
  );
});

test('a file may be called as what every object has', () => {
  const train = [example('a', 'good', 'constructor'), example('a', 'fine'), example('b', 'bad')];
  const { left } = partition({ train, validation: [example('a', 'v')], test: [example('a', 'good')] }, keys, undefined);
  expect(Object.entries(left.heldOut)).toEqual([['constructor', 1]]);
});
