import { expect, test } from 'vitest';
import { atBeginning, SearchRecord } from './search-record.ts';

const logProbs = Float32Array.from({ length: 20 }, (_, token) => -1 - ((token * 7) % 20));

test('of each step the eight most probable tokens are kept, and the one that was written though it was less so', () => {
  const record = new SearchRecord();
  record.look(atBeginning, logProbs);
  const first = record.add(atBeginning, { token: 0, logProb: -1 }, 'kept');
  record.look(first, logProbs);
  record.choose(record.add(first, { token: 17, logProb: -20 }, 'ended'));
  const [one, two] = record.steps;
  expect(one?.alternatives.map(({ logProb }) => logProb)).toEqual([-1, -2, -3, -4, -5, -6, -7, -8]);
  expect(one?.alternatives[0]).toEqual(one?.written);
  expect(two?.alternatives).toEqual([...(one?.alternatives ?? []), { token: 17, logProb: -20 }]);
});

test('only the path to what was written is chosen, whatever else was tried', () => {
  const record = new SearchRecord();
  const [left, right] = [record.add(atBeginning, { token: 1, logProb: -1 }, 'kept'), record.add(atBeginning, { token: 2, logProb: -2 }, 'kept')];
  record.add(left, { token: 3, logProb: -3 }, 'dropped');
  record.choose(record.add(right, { token: 4, logProb: -0.5 }, 'ended'));
  expect(record.nodes.map(({ parent, step, total, fate }) => [parent, step, total, fate])).toEqual([
    [-1, 0, -1, 'kept'], [-1, 0, -2, 'chosen'], [0, 1, -4, 'dropped'], [1, 1, -2.5, 'chosen'],
  ]);
});
