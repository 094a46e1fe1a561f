import { describe, expect, it } from 'vitest';
import { randomSource } from '../../text/fixtures/random.ts';
import { traced } from '../../text/traced.ts';
import { normalizeTo, unicodeForms } from './unicode-forms.ts';

/** Every character that may join or pass the one before it: a mark, or what some character is composed with. */
function joiners(): Set<number> {
  const found = new Set<number>();
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (/^\p{M}$/u.test(character)) found.add(code);
    const parts = [...character.normalize('NFD')];
    for (const part of parts.slice(1)) found.add(part.codePointAt(0) ?? 0);
  }
  return found;
}

describe.each(unicodeForms)('%s', form => {
  it('cuts texts only where no character reaches over', () => {
    const joining = joiners();
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      const first = character.normalize(form.endsWith('KC') || form.endsWith('KD') ? 'NFKD' : 'NFD').codePointAt(0) ?? 0;
      if (!joining.has(first)) continue;
      // Then a base and the character must be normalised together.
      for (const base of ['e', '\u1100\u1161', '\u30ab', '\u{16d63}', '\u0bc6']) {
        const text = `x${base}${character}`;
        if (normalizeTo(form, traced(text)).text !== text.normalize(form)) throw new Error(`U+${code.toString(16)} after ${base}`);
      }
    }
  });

  it('gives what JavaScript gives, and origins within the text', () => {
    const random = randomSource(4);
    const pool = [...'e\u0301\u0323\u0300 a\u030a\u212b\u1112\u1161\u11ab\ufb01\u00bd\u33ce\u3131\u314f\uff76\uff9e\ufdfa\ud83d\ude00x\u0344'];
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: random.below(12) }, () => pool[random.below(pool.length)] ?? '').join('');
      const normal = normalizeTo(form, traced(text));
      expect(normal.text).toBe(text.normalize(form));
      expect(normal.starts).toHaveLength(normal.text.length);
      for (let unit = 0; unit < normal.text.length; unit++) {
        expect(normal.ends[unit]).toBeLessThanOrEqual(text.length);
        expect(normal.starts[unit]).toBeLessThan(normal.ends[unit] ?? 0);
      }
    }
  });
});

it('knows the origin of each character as closely as it can', () => {
  const { text, starts, ends } = normalizeTo('NFKC', traced('a\ufb01 e\u0301\u0316\u20dd'));
  expect(text).toBe('afi \u00e9\u0316\u20dd'.normalize('NFKC'));
  expect(starts.slice(0, 4)).toEqual([0, 1, 1, 2]);
  expect(ends.slice(0, 4)).toEqual([1, 2, 2, 3]);
  expect(starts.at(-1)).toBe(6);
});
