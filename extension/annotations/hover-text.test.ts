import { describe, expect, it } from 'vitest';
import { readingOf } from './annotation.ts';
import { attendersOf, bar, hoverText } from './hover-text.ts';
import { escapeMarkdown } from './markdown.ts';
import { annotationOf, dog, review, traceOf } from './trace.fixture.ts';

describe('the hover of a source word', () => {
  it('lists the target words that attended to it, most attentive first, without those next to nothing', () => {
    expect(attendersOf(readingOf(dog).map, 1).map(({ word }) => word)).toEqual([1, 0]);
    expect(attendersOf(readingOf(dog).map, 1)[0]?.weight).toBeCloseTo(0.7);
  });

  it('says words and numbers before it draws bars, with a link for each word', () => {
    const text = hoverText(annotationOf(dog, 0, 7), 1);
    const link = (word: number) => `command:attentionScope.lightSources?${encodeURIComponent(`[7,${word}]`)}`;
    expect(text.split('\n').slice(0, 6)).toEqual([
      '**old** was attended to by',
      '',
      '| Word | Weight | |',
      '| :-- | --: | :-- |',
      `| [vieux](${link(1)} "Light up what this word attends to") | 70 % | █████▋ |`,
      `| [le](${link(0)} "Light up what this word attends to") | 10 % | ▊ |`,
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

describe('the hover of a reply or a continuation', () => {
  it('calls it what it is, and offers to insert it', () => {
    for (const [kind, name] of [['reply', 'Reply'], ['continuation', 'Continuation']] as const) {
      const text = hoverText(annotationOf({ kind, trace: dog }, 0, 7), 1);
      expect(text).toContain(`**${name}:** le vieux chien`);
      expect(text).toContain(`[Insert ${name}](command:attentionScope.insertWritten?${encodeURIComponent('[7]')}`);
      expect(text.replaceAll('copyResult', '')).not.toMatch(/translation/i);
    }
  });

  it('that is empty says so, and offers nothing to do with it', () => {
    for (const kind of ['reply', 'continuation', 'translation'] as const) {
      const text = hoverText(annotationOf({ kind, trace: traceOf('the dog', '', []) }), undefined);
      expect(text).toContain('*nothing was written*');
      expect(text).not.toContain('command:');
    }
  });

  it('of a model without attention says so', () => {
    const trace = { ...dog, map: undefined, rows: dog.rows.map(row => ({ ...row, weights: row.weights.map(() => 0) })) };
    expect(hoverText(annotationOf({ kind: 'continuation', trace }), 1)).toContain('**old**: this model has no attention');
  });
});

describe('the hover of a classified word', () => {
  const annotation = annotationOf({ kind: 'classification', classification: review }, 0, 7);

  it('says what attention it got, what it says for the label and the runner-up, and both probabilities', () => {
    const text = hoverText(annotation, 2).replaceAll('\\', '');
    expect(text).toContain('**great** got 70 % of the attention. It speaks for positive (+1.2), against negative (−1.2).');
    expect(text).toContain('**positive 97 %** · negative 3 %');
    expect(text.match(/not by itself why/g)).toHaveLength(1);
  });

  it('does not make much of little', () => {
    expect(hoverText(annotation, 0).replaceAll('\\', '')).toContain('It says next to nothing for positive or negative.');
    expect(hoverText(annotation, 3).replaceAll('\\', '')).toContain('speaks against positive (−0.2), for negative (+0.2).');
  });

  it('between words tells the labels only', () => {
    expect(hoverText(annotation, undefined)).not.toContain('of the attention');
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
