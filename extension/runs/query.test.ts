import { describe, expect, it } from 'vitest';
import { matches, parseQuery, tagToken, toggled } from './query.ts';
import { runOf } from './run.fixture.ts';

const run = runOf('gru-additive', { tags: ['final', 'with dropout'], state: 'failed' });
const found = (text: string): boolean => matches(run, parseQuery(text));

describe('a filter of runs', () => {
  it('finds words anywhere in what a run is called, in any case', () => {
    expect(['', 'GRU', 'additive gru', 'translation', 'dropout'].map(found)).toEqual([true, true, true, true, true]);
    expect(found('gru lstm')).toBe(false);
  });

  it('finds any of the states, and all of the tags', () => {
    expect(found('@failed @running')).toBe(true);
    expect(found('@running')).toBe(false);
    expect(found('#final #"with dropout"')).toBe(true);
    expect(found('#final #other')).toBe(false);
  });

  it('takes what is no state for a word, and what stands in quotes for one', () => {
    expect(parseQuery('@nobody "two words" #')).toEqual({ words: ['@nobody', 'two words', '#'], states: [], tags: [] });
  });

  it('puts a token in, and takes it out again', () => {
    const tag = tagToken('with dropout');
    expect(toggled('gru', tag)).toBe('gru #"with dropout"');
    expect(toggled(toggled('gru', tag), tag)).toBe('gru');
    expect(parseQuery(toggled('', tag)).tags).toEqual(['with dropout']);
  });
});
