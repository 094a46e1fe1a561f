import { expect, test } from 'vitest';
import { readForClassifier, readingOf } from './classifier-reading.ts';
import { originOf } from './traced.ts';

const lowercase = { lowercase: true };

test.each(['A GREAT Film…', 'İstanbul ΣΑΣ', '  so — it “is” – fine ', 'naïve\u00ad ﬁlm\u200b'])('training and inference read %j alike', text => {
  expect(readForClassifier(text, undefined, lowercase).text).toBe(readingOf(text, lowercase));
});

test('every word of a comment keeps its place', () => {
  const text = '/**\n * NOT a “Bad” film…\n */';
  const reading = readForClassifier(text, 'typescript', lowercase);
  expect(reading.text).toBe('not a "bad" film...');
  const start = reading.text.indexOf('bad');
  const { start: from, end: to } = originOf(reading, { start, end: start + 3 });
  expect(text.slice(from, to)).toBe('Bad');
});

test('a letter whose lower case has two keeps both at its own place', () => {
  const reading = readForClassifier('xİy', undefined, lowercase);
  expect(reading.text).toBe('xi\u0307y');
  expect(originOf(reading, { start: 1, end: 3 })).toEqual({ start: 1, end: 2 });
  expect(originOf(reading, { start: 3, end: 4 })).toEqual({ start: 2, end: 3 });
});

test('capitals stay where the model knows them', () => {
  expect(readingOf('A Film', { lowercase: false })).toBe('A Film');
});

test('a dash between words is two hyphens, one between numbers is left', () => {
  expect(readingOf('good—or bad, 10–20', lowercase)).toBe('good -- or bad, 10–20');
});
