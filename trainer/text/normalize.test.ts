import { describe, expect, it } from 'vitest';
import { randomSource } from './fixtures/random.ts';
import { normalizeForModel, normalizeTraced } from './normalize.ts';

describe('normalizeForModel', () => {
  it.each([
    ['e\u0301te\u0301', 'été'],
    ['\u1112\u1161\u11AB', '한'],
    ['\u212B', 'Å'],
    ['l\u2019eau', "l'eau"],
    ['\u201CSo\u201D \u2026', '"So" ...'],
    ['Va\u202F!  \t now\r\n then ', 'Va ! now then'],
    ['\uFEFFco\u00ADop\u200Berate', 'cooperate'],
    ['e\u200B\u0301', 'é'],
    ['👨‍👩‍👧', '👨‍👩‍👧'],
    ['\uD83C', '\uD83C'],
    [' \n ', ''],
  ])('%j becomes %j', (text, normal) => {
    expect(normalizeForModel(text)).toBe(normal);
  });

  it('is idempotent and canonical', () => {
    const random = randomSource(4);
    for (let round = 0; round < 300; round++) {
      const normal = normalizeForModel(random.text(12));
      expect(normalizeForModel(normal)).toBe(normal);
      expect(normal.normalize('NFC')).toBe(normal);
    }
  });
});

describe('normalizeTraced', () => {
  it('knows where every character comes from', () => {
    const { text, starts, ends } = normalizeTraced('a e\u0301 \u00A0\u2026');
    expect(text).toBe('a é ...');
    expect(starts).toEqual([0, 1, 2, 4, 6, 6, 6]);
    expect(ends).toEqual([1, 2, 4, 6, 7, 7, 7]);
  });

  it('gives what normalizeForModel gives, with origins in order', () => {
    const random = randomSource(5);
    for (let round = 0; round < 300; round++) {
      const given = random.text(12);
      const { text, starts, ends } = normalizeTraced(given);
      expect(text.trim()).toBe(normalizeForModel(given));
      expect([starts.length, ends.length]).toEqual([text.length, text.length]);
      for (let unit = 0; unit < text.length; unit++) {
        const [start = -1, end = -1] = [starts[unit], ends[unit]];
        expect(start).toBeGreaterThanOrEqual(starts[unit - 1] ?? 0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(given.length);
        expect(normalizeForModel(given.slice(start, end)) || ' ').toContain(text[unit]);
      }
    }
  });
});
