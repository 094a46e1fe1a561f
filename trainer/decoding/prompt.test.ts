import { describe, expect, test } from 'vitest';
import { trainBytePair } from '../text/byte-pair.ts';
import { TextTokenizer } from '../text/tokenizer.ts';
import { readPrompt } from './prompt.ts';

const tokenizer = TextTokenizer.parse(trainBytePair(['I want to see the cat', 'I want the cat'], { size: 290, special: ['<s>'] }), 'toy');
const held = (text: string): string | undefined => {
  const prompt = readPrompt(text, undefined, tokenizer, 40);
  return prompt && new TextDecoder().decode(prompt.held.bytes);
};

describe('the last word is held back, as it is spelled inside a text', () => {
  test.each([
    ['I want t', ' t'],
    ['I want', ' want'],
    ['I want ', ' '],
    ['I want \n ', ' '],
    ['I', ' I'],
    ['It is 10', ' 10'],
    ['I don', ' don'],
    ["I don't", "'t"],
    ['I see.', '.'],
    ['“So', 'So'],
    ['caf\u0065\u0301', ' café'],
    ['go 😀', ' 😀'],
    [`I ${'w'.repeat(50)}`, ''],
  ])('%j: %j', (text, bytes) => {
    expect(held(text)).toBe(bytes);
  });
});

test('what was held back knows where it stands, byte by byte', () => {
  const text = 'I  want\u00A0café';
  const { held: word, tokens } = readPrompt(text, undefined, tokenizer, 40) ?? {};
  expect(tokens?.at(-1)).toMatchObject({ end: 7 });
  expect(word?.tokenAt(0, 2, 'Ġc')).toEqual({ text: 'c', start: 8, end: 9, piece: 'Ġc' });
  expect(word?.tokenAt(0, 1, 'Ġ')).toMatchObject({ text: ' ', start: 8, end: 8 });
  expect(word?.tokenAt(4, 6, 'Ã©')).toEqual({ text: 'é', start: 11, end: 12, piece: 'Ã©' });
});

test('nothing comes of no words', () => {
  expect(readPrompt(' \n', undefined, tokenizer, 40)).toBeUndefined();
  expect(readPrompt('// \n//', 'c', tokenizer, 40)).toBeUndefined();
});
