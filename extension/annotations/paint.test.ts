import { describe, expect, it } from 'vitest';
import { tintLevel } from '../../protocol/tint.ts';
import { afterLineLength, afterLineText } from './after-line.ts';
import { paintOf } from './paint.ts';
import { tintLevels } from './tints.ts';
import { annotationOf, dog, review, traceOf } from './trace.fixture.ts';

const oneLine = () => 0;
const levels = (tints: readonly (readonly { start: number }[])[]) =>
  Object.fromEntries(tints.flatMap((spans, index) => spans.map(span => [span.start, index + 1])));

describe('tints', () => {
  it('come in five strengths; what is next to nothing stays plain', () => {
    expect([0, 0.019, 0.02, 0.2, 0.21, 0.5, 0.99, 1, 1.2, Number.NaN].map(share => tintLevel(share, tintLevels))).toEqual([0, 0, 1, 1, 2, 3, 5, 5, 5, 0]);
  });

  it('show what each source word received, the most attended one strongest, in document offsets', () => {
    const paint = paintOf([annotationOf(dog, 100)], undefined, oneLine);
    // Received: the .95, old .804, dog 1.05.
    expect(levels(paint.received)).toEqual({ 100: 5, 104: 4, 108: 5 });
    expect(paint.received[4]).toContainEqual({ kind: 'received', level: 5, start: 108, end: 111 });
    expect(paint.lit.flat()).toEqual([]);
  });

  it('show what a lit target word attends to, instead, and only in its own annotation', () => {
    const other = annotationOf(dog, 50, 2);
    const paint = paintOf([annotationOf(dog), other], { annotation: 1, side: 'target', word: 1 }, oneLine);
    expect(levels(paint.lit)).toEqual({ 0: 1, 4: 4, 8: 1 });
    expect(paint.received.flat().every(span => span.start >= 50)).toBe(true);
  });

  it('show a lit source word itself', () => {
    expect(levels(paintOf([annotationOf(dog)], { annotation: 1, side: 'source', word: 2 }, oneLine).lit)).toEqual({ 8: 5 });
  });
});

describe('a classification', () => {
  const annotation = annotationOf({ kind: 'classification', classification: review }, 10);

  it('tints each word by its attention, the most attended strongest, and tells the label after the line', () => {
    const paint = paintOf([annotation], undefined, oneLine);
    expect(levels(paint.received)).toEqual({ 10: 1, 12: 2, 18: 5, 24: 1 });
    expect(paint.afterLines).toEqual([{ offset: 28, text: 'positive 97 %' }]);
  });

  it('shows a word that the panel points at', () => {
    expect(levels(paintOf([annotation], { annotation: 1, side: 'source', word: 2 }, oneLine).lit)).toEqual({ 18: 5 });
  });

  it('shares a line with a translation', () => {
    const { afterLines } = paintOf([annotation, annotationOf(dog, 40, 2)], undefined, oneLine);
    expect(afterLines.map(({ text }) => text)).toEqual(['positive 97 % · le vieux chien']);
  });
});

describe('the text after a line', () => {
  it('is at most 80 characters, and cut between what a reader calls characters', () => {
    expect(afterLineLength).toBe(80);
    const family = '👨‍👩‍👧';
    const cut = afterLineText([family.repeat(100)]);
    expect(cut).toBe(`${family.repeat(79)}…`);
    expect(afterLineText([family.repeat(80)])).toBe(family.repeat(80));
    expect(afterLineText(['a'.repeat(81)])).toHaveLength(80);
    expect(afterLineText(['e\u0301'.repeat(80)])).toHaveLength(160);
  });

  it('is one line whatever the translation holds', () => {
    expect(afterLineText(['Bonjour.\r\n\tSalut.\n\n'])).toBe('Bonjour. Salut.');
  });

  it('joins the translations that end on the same line, in the order of their sources', () => {
    const one = annotationOf(traceOf('a dog', 'un chien', []), 20, 1);
    const two = annotationOf(traceOf('a cat', 'un chat', []), 4, 2);
    const below = annotationOf(traceOf('a bird', 'un oiseau', []), 90, 3);
    const { afterLines } = paintOf([one, two, below], undefined, offset => (offset > 80 ? 1 : 0));
    expect(afterLines).toEqual([{ offset: 25, text: 'un chat · un chien' }, { offset: 96, text: 'un oiseau' }]);
  });

  it('stands on the last line that has words, where whole lines are selected', () => {
    const whole = { ...annotationOf(traceOf('a dog\n', 'un chien', [])) };
    const { afterLines } = paintOf([whole], undefined, offset => (offset > 5 ? 1 : 0));
    expect(afterLines).toEqual([{ offset: 5, text: 'un chien' }]);
  });
});
