import { describe, expect, test } from 'vitest';
import { review } from '../../test/panel/classified-sample.ts';
import { ClassifiedView } from './classified-view.ts';

const view = new ClassifiedView(review);
const pooling = view.choice('pooling');
const indexOf = (word: string): number => review.source.words.findIndex(({ start, end }) => review.source.text.slice(start, end) === word);

describe('what is drawn of a classification', () => {
  test('the maps there are: pooling with evidence, each layer’s mean and heads', () => {
    expect(view.choices.map(({ name }) => name)).toEqual([
      'Pooling and evidence', 'Layer 1, mean of heads', 'Layer 1, head 1', 'Layer 1, head 2', 'Layer 2, mean of heads', 'Layer 2, head 1', 'Layer 2, head 2',
    ]);
    expect(view.choice('gone by now').key).toBe('pooling');
  });

  test('words as columns; heads and evidence as rows, each at its own scale', () => {
    const map = view.map('words', pooling);
    expect(map.columns).toHaveLength(review.source.words.length);
    expect(map.rows.map(({ text }) => text)).toEqual(['head 1', 'head 2', 'for positive', 'for negative']);
    const [first, , positive, negative] = map.weights;
    expect(first?.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    expect(map.full).toBeCloseTo(Math.max(...(first ?? [])), 5);
    expect(positive?.[indexOf('wonderful')]).toBe(map.evidence?.full);
    expect(negative?.[indexOf('weak')]).toBeGreaterThan(0);
  });

  test('a layer is a map among the words, its mean that of its heads', () => {
    const [mean, one, two] = ['layer-0', 'layer-0-0', 'layer-0-1'].map(key => view.map('words', view.choice(key)).weights[3]?.[4] ?? -1);
    expect(mean).toBeCloseTo(((one ?? 0) + (two ?? 0)) / 2, 6);
    const { rows, columns, weights } = view.map('tokens', view.choice('layer-1'));
    expect([rows.length, columns.length]).toEqual([review.source.tokens.length, review.source.tokens.length]);
    expect(weights[5]?.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  });

  test('words are lit by their attention, or by what the word pointed at looked at', () => {
    const levels = view.levels(pooling, undefined);
    expect(levels.indexOf(Math.max(...levels))).toBe(indexOf('wonderful'));
    const looked = view.levels(view.choice('layer-0-1'), indexOf('plot'));
    expect(looked.indexOf(Math.max(...looked))).toBe(indexOf('plot'));
    expect(looked).not.toEqual(levels);
  });

  test('a word of two tokens is two columns', () => {
    const word = indexOf('wonderful');
    const { columns, rows } = view.focus('tokens', pooling, word);
    expect([columns && columns.end - columns.first, rows]).toEqual([2, undefined]);
    expect(view.wordOf('tokens', columns?.first ?? -1)).toBe(word);
    expect(view.focus('words', view.choice('layer-0'), word).rows).toEqual({ first: word, end: word + 1 });
  });
});
