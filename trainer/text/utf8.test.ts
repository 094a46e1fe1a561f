import { describe, expect, it } from 'vitest';
import { randomSource } from './fixtures/random.ts';
import { decodeUtf8 } from './utf8.ts';

describe('decodeUtf8', () => {
  it('reads any bytes as TextDecoder does', () => {
    const random = randomSource(1);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    // Mostly the bytes at which well-formed and broken sequences part.
    const edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5];
    for (let round = 0; round < 1500; round++) {
      const bytes = Uint8Array.from({ length: random.below(9) }, () =>
        random.below(3) === 0 ? random.below(256) : random.of(edges));
      expect(decodeUtf8(bytes).text, [...bytes].join(' ')).toBe(decoder.decode(bytes));
    }
  });

  it('tells which character each byte belongs to', () => {
    const { text, spans } = decodeUtf8(Uint8Array.of(0x61, 0xc3, 0xa9, 0xff, 0xf0, 0x9f, 0x8e, 0x89));
    expect(text).toBe('aé\uFFFD🎉');
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['a', 'é', 'é', '\uFFFD', '🎉', '🎉', '🎉', '🎉']);
  });
});
