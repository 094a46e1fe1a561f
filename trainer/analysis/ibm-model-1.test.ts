import { expect, test } from 'vitest';
import { IbmModel1 } from './ibm-model-1.ts';

/** The pairs that Knight's workbook and many a lecture begin with: two of them share a word on each side. */
const [house, book, the, a] = [1, 2, 3, 4];
const [haus, buch, das, ein] = [11, 12, 13, 14];

test('learns from pairs alone which token gave which', () => {
  const model = IbmModel1.of([
    { source: [das, haus], target: [the, house] },
    { source: [das, buch], target: [the, book] },
    { source: [ein, buch], target: [a, book] },
  ]);
  expect(model.align({ source: [das, buch], target: [the, book] })).toEqual([
    { source: 0, target: 0 },
    { source: 1, target: 1 },
  ]);
  expect(model.align({ source: [haus, ein], target: [a, house] })).toEqual([
    { source: 1, target: 0 },
    { source: 0, target: 1 },
  ]);
});

test('what it has never seen is linked with nothing', () => {
  const model = IbmModel1.of([{ source: [das, haus], target: [the, house] }]);
  expect(model.align({ source: [99], target: [77] })).toEqual([]);
  expect(model.align({ source: [], target: [77] })).toEqual([]);
});
