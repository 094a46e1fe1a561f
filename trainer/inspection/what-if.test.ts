import { expect, test } from 'vitest';
import type { Pass } from './pass.ts';
import { axisOf, passOf, type Rows } from './reading/reading.fixture.ts';
import { headChanges } from './what-if.ts';

/** The same attention, word by word, whatever stands beside it. */
function passOver(text: string, heads: readonly Rows[]): Pass {
  const { inspection, layers } = passOf([axisOf(text)], [{ heads }]);
  return { ...inspection, layers };
}

test('a head has changed by what it looks at otherwise, not by where words stand', () => {
  const weight = { the: 0.5, cat: 0.3, sat: 0.2, old: 0 } as Readonly<Record<string, number>>;
  const mapOf = (text: string): Rows => text.split(' ').map(() => text.split(' ').map(word => weight[word] ?? 0));
  const changed = mapOf('the old cat sat').map((row, index) => (index === 3 ? row.map(one => one + 0.1) : row));
  const before = passOver('the cat sat', [mapOf('the cat sat'), mapOf('the cat sat')]);
  const after = passOver('the old cat sat', [mapOf('the old cat sat'), changed]);
  expect(headChanges({ interventions: [], before, after })).toEqual([
    { kind: 'encoder', layer: 0, head: 1, most: expect.closeTo(0.1, 6), mean: expect.closeTo(0.1 / 3, 6) },
    { kind: 'encoder', layer: 0, head: 0, most: 0, mean: 0 },
  ]);
});
