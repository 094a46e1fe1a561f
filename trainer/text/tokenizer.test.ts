import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catchFailure } from '../../protocol/failure.fixture.ts';
import { randomSource } from './fixtures/random.ts';
import { TextTokenizer } from './tokenizer.ts';

/** 1,200 tokens learned from fra-eng by `trainBytePair`. */
const json = readJson('tokenizer.json');
const tokenizer = TextTokenizer.parse(json, 'tokenizer.json');

/** Made by fixtures/native.py, which tells how. */
const golden = z
  .object({ cases: z.array(z.object({ text: z.string(), ids: z.array(z.int()), spans: z.array(z.tuple([z.int(), z.int()])) })) })
  .parse(readJson('native.json'));

describe('encode', () => {
  it('gives the ids and offsets of the native library', () => {
    expect(golden.cases.length).toBeGreaterThan(150);
    for (const { text, ids, spans } of golden.cases) {
      const encoded = tokenizer.encode(text);
      expect(encoded.ids, text).toEqual(ids);
      // The native library counts a space at the very start to the first token, and only there.
      if (!text.startsWith(' ')) expect(encoded.spans.map(({ start, end }) => [start, end]), text).toEqual(spans);
    }
  });

  it('never takes what the user wrote for a special token', () => {
    const text = '<pad> <s>a</s> <slot1>';
    const { ids } = tokenizer.encode(text);
    expect(ids.filter(id => id < 7)).toEqual([]);
    expect(tokenizer.decode(ids).text).toBe(text);
  });

  it('covers any text exactly: in order, within bounds, all but spaces', () => {
    const random = randomSource(2);
    for (let round = 0; round < 300; round++) {
      const text = random.text(12);
      for (const prefixSpace of [true, false]) {
        const { ids, spans } = tokenizer.encode(text, { prefixSpace });
        expect(spans.length).toBe(ids.length);
        let start = 0;
        let covered = 0;
        let seen = '';
        for (const span of spans) {
          expect(span.start, JSON.stringify(text)).toBeGreaterThanOrEqual(start);
          expect(span.end).toBeGreaterThanOrEqual(Math.max(covered, span.start));
          // Tokens meet or leave spaces between them; they share nothing but a character whose bytes they split.
          if (span.start < covered) expect([...text.slice(span.start, covered)]).toHaveLength(1);
          seen += text.slice(Math.max(covered, span.start), span.end);
          start = span.start;
          covered = span.end;
        }
        expect(covered).toBeLessThanOrEqual(text.length);
        expect(seen.replaceAll(' ', ''), JSON.stringify(text)).toBe(text.replaceAll(' ', ''));
        expect(tokenizer.decode(ids, { prefixSpace: prefixSpace && !text.startsWith(' ') }).text).toBe(text.replace(/\p{Cs}/gu, '\uFFFD'));
        expect(tokenizer.encodeIds(text, { prefixSpace })).toEqual(ids);
      }
    }
  });

  it('gives the whole character to each token that has some of its bytes', () => {
    const { spans } = tokenizer.encode('🎉');
    expect(spans.at(-1)).toEqual({ start: 0, end: 2 });
    expect(spans.filter(span => span.end > span.start)).toHaveLength(4);
  });
});

describe('decode', () => {
  it('is total', () => {
    const random = randomSource(3);
    for (let round = 0; round < 300; round++) {
      const ids = Array.from({ length: random.below(12) }, () => random.below(tokenizer.size + 3) - 1);
      const { text, spans } = tokenizer.decode(ids);
      expect(spans.length).toBe(ids.length);
      let start = 0;
      for (const span of spans) {
        expect(span.start).toBeGreaterThanOrEqual(start);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
        start = span.start;
      }
    }
  });

  it('shows broken bytes as U+FFFD and special tokens not at all', () => {
    const party = tokenizer.encodeIds('🎉', { prefixSpace: false });
    const { text, spans } = tokenizer.decode([1, ...tokenizer.encodeIds('a'), ...party.slice(0, 2), 2]);
    expect(text).toBe('a\uFFFD');
    expect(spans.at(0)).toEqual({ start: 0, end: 0 });
    expect(spans.at(-1)).toEqual({ start: 2, end: 2 });
  });
});

describe('parse', () => {
  const object = z.record(z.string(), z.unknown()).parse(json);
  const model = z.looseObject({ vocab: z.record(z.string(), z.int()) }).parse(object['model']);
  const { A: _, ...withoutA } = model.vocab;
  it.each([
    ['no object', [], 'is no byte-level byte-pair vocabulary'],
    ['another kind of model', { ...object, model: { type: 'Unigram', vocab: {}, merges: [] } }, 'model.type'],
    ['a normalizer that would move offsets', { ...object, normalizer: { type: 'NFC' } }, 'normalizer'],
    ['a byte without a token', { ...object, model: { ...model, vocab: withoutA } }, 'has no token for byte 65'],
    ['an id out of all bounds', { ...object, model: { ...model, vocab: { ...model.vocab, x: 1e9 } } }, 'holds the id 1000000000'],
  ])('refuses %s', (_name, content, found) => {
    const refusal = catchFailure(() => TextTokenizer.parse(content, 'models/x/tokenizer.json'));
    expect(refusal.code).toBe('broken-model');
    expect(refusal.message).toContain('models/x/tokenizer.json');
    expect(refusal.message).toContain(found);
  });

  it('names a token that the model needs and the vocabulary lacks', () => {
    expect(tokenizer.idOf('</s>')).toBe(2);
    expect(catchFailure(() => tokenizer.idOf('<slot9>')).message).toContain('"<slot9>"');
  });
});

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
}
