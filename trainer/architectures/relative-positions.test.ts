/** T5's buckets are transformers' to the last distance. */
import { expect, test } from 'vitest';
import { bucketOf } from './relative-positions.ts';

/**
 * How many of the distances −140 … 140 share each bucket, in turn: `T5Attention._relative_position_bucket` of 32 buckets up to 128,
 * from transformers 4.46.3 (test/torch/architectures.py --t5 FOLDER).
 */
const encoder = [50, 27, 18, 14, 9, 7, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 4, 7, 9, 14, 18, 27, 50];
const decoder = [28, 14, 12, 10, 10, 8, 7, 6, 6, 5, 4, 4, 3, 3, 2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 141];

test.each([
  ['both ways', true, encoder],
  ['back only', false, decoder],
])('%s', (_about, bothWays, expected) => {
  const found = Array.from({ length: 281 }, (_, index) => bucketOf(index - 140, { count: 32, furthest: 128, bothWays }));
  const runs: number[] = [];
  found.forEach((bucket, index) => {
    if (index === 0 || bucket !== found[index - 1]) runs.push(1);
    else runs.push((runs.pop() ?? 0) + 1);
  });
  expect(runs).toEqual(expected);
  expect([found[0], found[139], found[140], found[141], found[280]]).toEqual(bothWays ? [15, 1, 0, 17, 31] : [31, 1, 0, 0, 0]);
});
