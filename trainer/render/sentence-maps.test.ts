import { describe, expect, it } from 'vitest';
import { sentenceMaps } from './sentence-maps.ts';
import { garden, traceOf, twoSentences } from './trace.fixture.ts';

describe('sentenceMaps', () => {
  it('gives the words of each sentence with the weights between them', () => {
    const [first, second] = sentenceMaps(twoSentences);
    expect(first?.target.map(({ text }) => text)).toEqual(['Je', 'suis', 'en', 'retard', '.']);
    expect(second?.source.map(({ text }) => text)).toEqual(['Wait', 'for', 'me', '!']);
    expect(second?.source.map(({ index }) => index)).toEqual([4, 5, 6, 7]);
    expect(second?.weights.map(row => row.indexOf(Math.max(...row)))).toEqual([0, 2, 3]);
  });

  it('adds a word’s tokens up and leaves out what </s> received', () => {
    const [map] = sentenceMaps(garden);
    const tokens = garden.rows[0]?.weights ?? [];
    expect(map?.weights[0]?.[1]).toBeCloseTo((tokens[1] ?? 0) + (tokens[2] ?? 0), 6);
    const sum = (map?.weights[0] ?? []).reduce((total, weight) => total + weight, 0);
    expect(sum).toBeCloseTo(1 - (tokens.at(-1) ?? 0), 6);
  });

  it('marks the linked column of each row, or none', () => {
    const trace = traceOf([{ source: 'Go ~!', target: 'Va donc ~!', links: [0, -1, 1] }]);
    expect(sentenceMaps(trace)[0]?.links).toEqual([0, -1, 1]);
  });

  it('skips sentences without words on one side', () => {
    expect(sentenceMaps(traceOf([]))).toEqual([]);
    const silent = { ...garden, target: { ...garden.target, words: [] }, alignment: [] };
    expect(sentenceMaps(silent)).toEqual([]);
  });

  it('has none of a model without attention', () => {
    expect(sentenceMaps({ ...garden, map: undefined, maps: [] })).toEqual([]);
  });
});
