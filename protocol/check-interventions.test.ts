import { describe, expect, it } from 'vitest';
import { checkInterventions } from './check-interventions.ts';
import { mostInterventions, type Intervention } from './intervention.ts';

const all: readonly Intervention[] = [
  { do: 'knock-out', kind: 'encoder', layer: 0, heads: [3] }, { do: 'keep-only', kind: 'cross', layer: 2, head: 1 },
  { do: 'pin', kind: 'decoder', layer: 1, heads: 'all', query: 4, key: 2, weight: 0.5 }, { do: 'row', kind: 'pooling', layer: 0, heads: 'all', query: 0, weights: [1, 0, 3] },
  { do: 'prefix', text: 'Once' }, { do: 'choose', step: 3, token: 70 }, { do: 'replace', start: 0, end: 3, text: '' }, { do: 'mask', start: 4, end: 9 },
];
const set = { kind: 'encoder', layer: 0, heads: 'all' };
const wrong = (list: unknown): string => {
  const checked = checkInterventions(list);
  return 'wrong' in checked ? checked.wrong : '';
};

describe('interventions that somebody wrote', () => {
  it('are taken as they are', () => expect(checkInterventions(all)).toEqual({ list: all }));

  it.each<[unknown, string]>([
    [{}, 'expected a list of at most 200 interventions, found an object'],
    [new Array(mostInterventions + 1).fill(all[0]), 'expected a list of at most 200 interventions, found a list of 201'],
    [[null], 'intervention 1: expected an object, found null'],
    [new Array(1), 'intervention 1: expected an object, found nothing'],
    [[{ do: 'toString' }], 'intervention 1, "do": expected one of knock-out, keep-only, pin, row, prefix, choose, replace, mask, found "toString"'],
    [[all[0], { do: 'pin', ...set, query: 0, key: 1, weight: 2 }], 'intervention 2, "weight": expected a number from 0 to 1, found 2'],
    [[{ do: 'knock-out', kind: 'encoder', layer: 0 }], 'intervention 1, "heads": expected "all" or a list of one head at least, each of them once, found nothing'],
    [[{ do: 'knock-out', ...set, heads: [] }], 'intervention 1, "heads": expected "all" or a list of one head at least, each of them once, found a list of 0'],
    [[{ do: 'knock-out', ...set, heads: [1, 1] }], 'intervention 1, "heads": expected "all" or a list of one head at least, each of them once, found a list of 2'],
    [[{ do: 'knock-out', ...set, heads: [1, 'all'] }], 'intervention 1, "heads[1]": expected a whole number from 0 to 10,000, found "all"'],
    [[{ do: 'knock-out', ...set, kind: 'sideways' }], 'intervention 1, "kind": expected one of encoder, decoder, cross, pooling, found "sideways"'],
    [[{ do: 'row', ...set, query: 0, weights: [1, 1e308] }], 'intervention 1, "weights[1]": expected a number from 0 to 1,000,000,000, found 1e+308'],
    [[{ do: 'row', ...set, query: 0, weights: new Array(2) }], 'intervention 1, "weights[0]": expected a number from 0 to 1,000,000,000, found nothing'],
    [[{ do: 'choose', step: 0.5, token: 1 }], 'intervention 1, "step": expected a whole number from 0 to 1,000,000, found 0.5'],
    [[{ do: 'prefix', text: 'a'.repeat(20_001) }], `intervention 1, "text": expected a text of at most 20,000 characters, found "${'a'.repeat(59)}…"`],
    [[{ do: 'mask', start: 0, end: 3, text: 'a' }], 'intervention 1: expected start, end, found "text" beside them'],
  ])('are refused, with what was expected and what was found: %j', (list, message) => expect(wrong(list)).toBe(message));

  it('have more weights than any map only where they are refused, unlooked at', () => {
    const row = { do: 'row', ...set, query: 0, weights: new Array<string>(700_000).fill('none') };
    expect(wrong([row, row, row])).toBe('expected at most 2,000,000 weights of all rows together, found 2,100,000');
  });

  it('are told apart where several are wrong, a few of them', () => {
    expect(wrong([{ do: 'prefix' }, all[0], 3])).toBe('intervention 1, "text": expected a text of at most 20,000 characters, found nothing; intervention 3: expected an object, found 3');
    expect(wrong(new Array(9).fill(0))).toMatch(/; intervention 5: expected an object, found 0; and 4 more$/);
  });
});
