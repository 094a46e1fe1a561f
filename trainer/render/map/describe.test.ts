import { describe, expect, test } from 'vitest';
import { plainReading } from '../../../protocol/inspection.ts';
import { nameOfMap, notesOfReading } from './describe.ts';
import type { AboutMap } from './read-out.ts';

test('a drawing says of value-weighting what is left out of it, and nothing of a map as it is', () => {
  expect(notesOfReading({ ...plainReading, valueWeighted: true })).toEqual([expect.stringContaining('without the output projection')]);
  expect(notesOfReading(plainReading)).toEqual([]);
});

describe('a map is called by what it is of', () => {
  const map: AboutMap = { model: '/models/minilm', choice: { of: 'heads', kind: 'encoder', layer: 2, heads: [9], by: 'mean' }, heads: 12, text: 'The old dog\nslept.', changes: 0 };
  const nameOf = (more: Partial<AboutMap>, minus?: Partial<AboutMap>): string => nameOfMap({ ...map, ...more, reading: plainReading, minus: minus && { ...map, ...minus } });

  test('a layer of one head is no mean of any', () => {
    const choice = { of: 'heads', kind: 'pooling', layer: 0, heads: 'all', by: 'mean' } as const;
    expect([nameOf({ choice, heads: 1 }), nameOf({ choice })]).toEqual(['minilm · Pooling: layer 1', 'minilm · Pooling: layer 1, mean of all heads']);
  });

  test('a difference names both texts where they are not the same', () => {
    expect(nameOf({}, { text: 'The young dog slept.' })).toBe('minilm · Encoder: layer 3, head 10 of “The old dog slept.”, minus the same of “The young dog slept.”');
    const long = 'Once upon a time there was a little princess who ';
    expect(nameOf({ text: `${long}slept` }, { text: `${long}sang`, model: '/models/bert' })).toBe('minilm · Encoder: layer 3, head 10 of “… princess who slept”, minus bert · Encoder: layer 3, head 10 of “… princess who sang”');
  });

  test('one of the same text what was changed', () => {
    expect(nameOf({ changes: 1 }, {})).toBe('minilm · Encoder: layer 3, head 10, after 1 change, minus the same, unchanged');
  });
});
