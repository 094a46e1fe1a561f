import { describe, expect, it } from 'vitest';
import { attendersOf, bar, escapeMarkdown, hoverText } from './hover-text.ts';
import { annotationOf, dog, traceOf } from './trace.fixture.ts';

describe('the hover of a source word', () => {
  it('lists the target words that attended to it, most attentive first, without those next to nothing', () => {
    expect(attendersOf(dog, 1).map(({ word }) => word)).toEqual([1, 0]);
    expect(attendersOf(dog, 1)[0]?.weight).toBeCloseTo(0.7);
  });

  it('says words and numbers before it draws bars, with a link for each word', () => {
    const text = hoverText(annotationOf(dog, 0, 7), 1);
    const link = (word: number) => `command:attentionScope.lightSources?${encodeURIComponent(`[7,${word}]`)}`;
    expect(text.split('\n').slice(0, 6)).toEqual([
      '**old** was attended to by',
      '',
      '| Word | Weight | |',
      '| :-- | --: | :-- |',
      `| [vieux](${link(1)} "Light up what this word attends to") | 70% | █████▋ |`,
      `| [le](${link(0)} "Light up what this word attends to") | 10% | ▊ |`,
    ]);
  });

  it('holds the whole translation, however long, and the warnings', () => {
    const words = Array.from({ length: 400 }, (_, index) => `mot${index}`).join(' ');
    const trace = { ...traceOf('words', words, []), warnings: ['Longer than any sentence in training.'] };
    const text = hoverText(annotationOf(trace), undefined);
    expect(text).toContain(words);
    expect(text).toContain('*Note:* Longer than any sentence in training\\.');
  });

  it('says so when nobody attended to the word', () => {
    expect(hoverText(annotationOf(traceOf('the dog', 'chien', [[0, 1]])), 0)).toContain('**the**: no word of the translation attended to it.');
  });

  it('sums up what does not fit', () => {
    const target = Array.from({ length: 12 }, (_, index) => `w${index}`).join(' ');
    const text = hoverText(annotationOf(traceOf('x', target, Array.from({ length: 12 }, () => [0.5]))), 0);
    expect(text.match(/lightSources/g)).toHaveLength(5);
    expect(text).toContain('and 7 more with less weight');
  });

  it('takes every text as text: no Markdown, no link, no table cell of it comes alive', () => {
    const trace = traceOf('a|b', '[x](command:evil) <img> `c` **d** $(sync) &amp; http://e.f', [[1]]);
    const text = hoverText(annotationOf(trace), 0);
    expect(text).not.toContain('](command:evil)');
    expect(text).not.toMatch(/(?<!\\)<img/);
    expect(text).toContain('**a\\|b** was');
    expect(text).not.toContain('http://');
  });
});

describe('bars', () => {
  it('grow by eighths of a cell and never vanish', () => {
    expect([1, 0.5, 0.0625, 0.02, 0.01, 2].map(bar)).toEqual(['████████', '████', '▌', '▏', '▏', '████████']);
  });
});

describe('escaping', () => {
  it('keeps line breaks and indentation', () => {
    expect(escapeMarkdown('a\r\n  b\n- c')).toBe('a  \n\u00a0\u00a0b  \n\\- c');
  });
});
