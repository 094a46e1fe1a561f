/** What a list of interventions comes to, before any model runs. */
import { describe, expect, test } from 'vitest';
import type { Intervention } from '../../protocol/intervention.ts';
import { type LayerSteering } from './layer-steering.ts';
import { steer } from './steering.ts';

const layerOf = (list: readonly Intervention[]): LayerSteering => {
  const [layer] = [...steer(list, '').layers.values()];
  if (layer === undefined) throw new Error('nothing is steered');
  return layer;
};
const rowOf = (list: readonly Intervention[], head = 0, query = 2): number[] => [...(layerOf(list).rows(head).get(query) ?? [])].sort(([one], [other]) => one - other).map(([, weight]) => weight);
const of = { kind: 'encoder', layer: 1 } as const;
const pin = (key: number, weight: number, heads: readonly number[] | 'all' = 'all'): Intervention => ({ do: 'pin', ...of, heads, query: 2, key, weight });
const row = (weights: readonly number[], heads: readonly number[] | 'all' = 'all'): Intervention => ({ do: 'row', ...of, heads, query: 2, weights });

describe('rows', () => {
  test('are divided by their sum, and the later word holds', () => {
    expect(rowOf([row([1, 3]), row([1, 1, 2])])).toEqual([0.25, 0.25, 0.5]);
  });

  test('of which one weight is pinned make room for it', () => {
    expect(rowOf([row([1, 1, 2]), pin(2, 0.8)])).toEqual([0.1, 0.1, 0.8].map(weight => expect.closeTo(weight, 10)));
  });

  test('of which hardly anything is left beside what is pinned share out the rest of it', () => {
    expect(rowOf([row([1, 1e-320, 0]), pin(0, 0.5)])).toEqual([0.5, 0.5, 0]);
  });

  test('are the named heads’ alone', () => {
    const list = [pin(0, 0.5, [1]), pin(1, 0.25)];
    expect([rowOf(list, 0), rowOf(list, 1)]).toEqual([[0.25], [0.5, 0.25]]);
  });

  test.each<[readonly Intervention[], RegExp]>([
    [[pin(0, 0.7), pin(1, 0.7)], /Row 3 \(query 2\) of “Encoder: layer 2” \(encoder:1\) is told to give weights of 1\.400 in all; a row sums to 1/],
    [[row([0, 0, 0])], /Row 3 \(query 2\) of “Encoder: layer 2” \(encoder:1\) is told to look nowhere/],
    [[{ do: 'pin', kind: 'decoder', layer: 0, heads: 'all', query: 1, key: 2, weight: 0.1 }], /look at column 3 \(key 2\), which comes after it/],
    [[{ do: 'row', kind: 'pooling', layer: 0, heads: 'all', query: 1, weights: [1] }], /a pooling has one row/],
  ])('%j are refused', (list, message) => {
    expect(() => steer(list, '')).toThrow(message);
  });

  test('of many heads that are told more than there is room for are refused at once', () => {
    const heads = Array.from({ length: 1000 }, (_, head) => head);
    const started = performance.now();
    expect(() => steer([row(new Array<number>(20_000).fill(1), heads)], '')).toThrow(/“Encoder: layer 2” \(encoder:1\) is told 20,000,000 weights: 20,000 for each of 1000 heads\. At most 16,777,216/);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('are one and the same for heads that are told the same', () => {
    const layer = layerOf([row([1, 1, 2], [0, 1]), pin(0, 0.5, [2])]);
    expect(layer.rows(1)).toBe(layer.rows(0));
    expect(layer.rows(2)).not.toBe(layer.rows(0));
  });

  test('of a decoder may be written out as far as they go', () => {
    expect(() => steer([{ do: 'row', kind: 'decoder', layer: 0, heads: 'all', query: 1, weights: [1, 1, 0, 0] }], '')).not.toThrow();
  });
});

test('heads that are knocked out, or all but one', () => {
  const silent = (list: readonly Intervention[]): number[] => [0, 1, 2, 3].filter(head => layerOf(list).isSilent(head));
  expect(silent([{ do: 'knock-out', ...of, heads: [1, 3] }])).toEqual([1, 3]);
  expect(silent([{ do: 'keep-only', ...of, head: 2 }])).toEqual([0, 1, 3]);
  expect(silent([{ do: 'keep-only', ...of, head: 2 }, { do: 'knock-out', ...of, heads: 'all' }])).toEqual([0, 1, 2, 3]);
});

describe('the text', () => {
  const text = 'We see a cat.';
  test('is put together from what stays and what is new, in places of the text that was given', () => {
    const steering = steer([{ do: 'replace', start: 9, end: 12, text: 'dog' }, { do: 'replace', start: 2, end: 6, text: '' }, { do: 'mask', start: 0, end: 2 }], text);
    expect([steering.text, steering.masked]).toEqual(['We a dog.', [{ start: 0, end: 2 }]]);
    expect(steer([{ do: 'replace', start: 0, end: 2, text: 'They' }, { do: 'mask', start: 9, end: 12 }], text)).toMatchObject({ text: 'They see a cat.', masked: [{ start: 11, end: 14 }] });
    expect(steer([{ do: 'replace', start: 0, end: 2, text: 'They' }, { do: 'replace', start: 0, end: 2, text: 'You' }], text).text).toBe('You see a cat.');
  });

  test.each<[readonly Intervention[], RegExp]>([
    [[{ do: 'mask', start: 3, end: 99 }], /Characters 3 to 99 are to be masked; the text has 13/],
    [[{ do: 'replace', start: 3, end: 6, text: '' }, { do: 'mask', start: 5, end: 8 }], /Two interventions change the same characters, 5 to 6/],
  ])('%j are refused', (list, message) => {
    expect(() => steer(list, text)).toThrow(message);
  });
});

test('tokens are chosen in the order of their steps, the later word for each', () => {
  const list: Intervention[] = [{ do: 'choose', step: 4, token: 7 }, { do: 'choose', step: 1, token: 5 }, { do: 'choose', step: 4, token: 8 }, { do: 'prefix', text: 'a' }];
  expect(steer(list, '')).toMatchObject({ prefix: 'a', chosen: [{ step: 1, token: 5 }, { step: 4, token: 8 }] });
});
