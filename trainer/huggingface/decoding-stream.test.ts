import { describe, expect, it } from 'vitest';
import { randomSource } from '../text/fixtures/random.ts';
import type { DecodedPart, DecodingStream } from './decoding-stream.ts';
import { native, tokenizerNamed } from './native.fixture.ts';

/** What someone shows who follows the parts. */
function followed(stream: DecodingStream, ids: readonly number[]) {
  let text = '';
  const tokens: { text: string; start: number; end: number }[] = [];
  const take = (part: DecodedPart | undefined): void => {
    if (part === undefined) return;
    text = text.slice(0, part.at) + part.text;
    tokens.splice(part.from, tokens.length, ...part.tokens);
  };
  for (const id of ids) take(stream.push(id));
  take(stream.end());
  return { text, tokens };
}

describe.each(['gpt2', 'llama2', 'llama2-metaspace', 't5', 'unigram-bytes', 'bert-cased', 'clip'])('%s', name => {
  const tokenizer = tokenizerNamed(name);

  it('comes to the text of the whole', () => {
    native.texts.forEach((text, index) => {
      const [ids = []] = native.cases[name]?.[index] ?? [];
      const shown = followed(tokenizer.stream(), ids);
      expect(shown.text, JSON.stringify(text)).toBe(tokenizer.decode(ids).text);
      expect(shown.tokens).toHaveLength(ids.length);
      for (const token of shown.tokens) if (token.end > token.start) expect(token.text).toBe(shown.text.slice(token.start, token.end));
    });
  });

  it('tells every token once it is whole, whatever comes', () => {
    const random = randomSource(3);
    for (let round = 0; round < 50; round++) {
      const ids = Array.from({ length: 40 }, () => random.below(tokenizer.size + 2));
      const { tokens, text } = followed(tokenizer.stream(), ids);
      expect(tokens).toHaveLength(ids.length);
      for (const { start, end } of tokens) expect([start <= end, end <= text.length]).toEqual([true, true]);
    }
  });
});

it('holds a character back until its bytes are there', () => {
  const tokenizer = tokenizerNamed('gpt2');
  const { ids } = tokenizer.encode('🎉!', { addSpecial: false });
  const stream = tokenizer.stream();
  const parts = ids.map(id => stream.push(id)?.text);
  expect(ids.length).toBeGreaterThan(2);
  expect(parts.slice(0, -2).every(part => part === undefined)).toBe(true);
  expect(parts.slice(-2)).toEqual(['🎉', '!']);
});

it('waits for no more than eight tokens', () => {
  const tokenizer = tokenizerNamed('llama2');
  const stream = tokenizer.stream();
  const broken = tokenizer.idOf('<0xF0>');
  const told = Array.from({ length: 9 }, () => stream.push(broken)).filter(part => part !== undefined);
  expect(told.length).toBeGreaterThan(0);
});
