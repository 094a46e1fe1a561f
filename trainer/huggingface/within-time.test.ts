import { expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { descriptions, noConfig } from './native.fixture.ts';
import { parseTokenizerJson } from './tokenizer-json.ts';
import { withinTime } from './within-time.ts';

it('gives what the work gives, within other such work too', () => {
  expect(withinTime(1000, 'x', () => withinTime(1000, 'y', () => 1) + 1)).toBe(2);
  expect(() => withinTime(1000, 'x', () => { throw new TypeError('own'); })).toThrow(TypeError);
});

it('ends work that does not end', () => {
  expect(() => withinTime(50, 'The loop of x.json', () => { for (;;); })).toThrow(Failure);
  expect(() => withinTime(50, 'The loop of x.json', () => { for (;;); })).toThrow('The loop of x.json was not done after 0.05 s');
});

it('ends a regular expression that backtracks for ever', () => {
  expect(() => withinTime(50, 'x', () => /^(a+)+$/.test(`${'a'.repeat(50)}b`))).toThrow(Failure);
});

it('guards the patterns of a tokenizer.json', () => {
  const evil = { type: 'Split', pattern: { Regex: '(x+x+)+y' }, behavior: 'Isolated', invert: false };
  const tokenizer = parseTokenizerJson({ ...descriptions['gpt2'], pre_tokenizer: evil }, 'evil/tokenizer.json', noConfig);
  expect(() => tokenizer.encode('x'.repeat(60))).toThrow('evil/tokenizer.json was not done after');
}, 120_000);
