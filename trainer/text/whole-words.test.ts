import { expect, test } from 'vitest';
import { trainBytePair } from './byte-pair.ts';
import { TextTokenizer } from './tokenizer.ts';
import { encodeWholeWords } from './whole-words.ts';

const special = ['<pad>', '<mask>'];
const corpus = ['what is an atom ?', 'what is a star?', 'who was it?', 'what is an atom?'];
const tokenizer = TextTokenizer.parse(trainBytePair(corpus, { size: 1000, special }), 'a test');
const unknown = tokenizer.idOf('<mask>');

test('a word that is one token is that token, as among others', () => {
  const text = 'what is an atom?';
  expect(encodeWholeWords(text, tokenizer, unknown)).toEqual(tokenizer.encode(text));
});

test('a word of several tokens is the unknown one, and stands where the word does', () => {
  const text = 'what is  a xylophone 🎷?';
  expect(tokenizer.encodeIds(' xylophone').length).toBeGreaterThan(1);
  const { ids, spans } = encodeWholeWords(text, tokenizer, unknown);
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['what', 'is', 'a', 'xylophone', '🎷?']);
  expect(ids.map(id => id === unknown)).toEqual([false, false, false, true, true]);
  expect(encodeWholeWords(` ${text}`, tokenizer, unknown).spans.map(({ start }) => start - 1)).toEqual(spans.map(({ start }) => start));
});

test('nothing has no words', () => {
  expect(encodeWholeWords('', tokenizer, unknown)).toEqual({ ids: [], spans: [] });
  expect(encodeWholeWords('  \n', tokenizer, unknown)).toEqual({ ids: [], spans: [] });
});
