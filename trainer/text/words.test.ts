import { describe, expect, it } from 'vitest';
import { randomSource } from './fixtures/random.ts';
import { wordsOf, wordsOfProse } from './words.ts';

const words = (text: string, language: string): string =>
  wordsOf(text, language).map(({ start, end }) => text.slice(start, end)).join(' ');

describe('wordsOf', () => {
  it.each([
    ['en', "Don't stop!", "Don't stop !"],
    ['en', 'A well-known man, 3.5% at 10:30 on 1/2/2024...', 'A well-known man , 3.5 % at 10:30 on 1/2/2024 ...'],
    ['en', 'so - no -', 'so - no -'],
    ['en', '👨‍👩‍👧 and 🇫🇷', '👨‍👩‍👧 and 🇫🇷'],
    ['fr', "L'eau d'aujourd'hui qu'il n'a", "L' eau d' aujourd'hui qu' il n' a"],
    ['fr', 'Où vas-tu\u202F? Aux États-Unis.', 'Où vas-tu ? Aux États-Unis .'],
    ['fr', '«\u00A0Oui\u00A0!!\u00A0»', '« Oui !! »'],
    ['it', "dell'acqua", "dell' acqua"],
    ['en', "l'eau", "l'eau"],
    ['nonsense-tag-x', 'still words', 'still words'],
    ['en', '', ''],
  ])('%s: %j', (language, text, expected) => {
    expect(words(text, language)).toBe(expected);
  });

  it('keeps stretches whole', () => {
    const text = 'See a.b/c-d e now.';
    const whole = { start: 4, end: 13 };
    expect(wordsOf(text, 'en', [whole]).map(({ start, end }) => text.slice(start, end))).toEqual(['See', 'a.b/c-d e', 'now', '.']);
  });

  it.each([
    ['typescript', '// The old dog\n  // sleeps.', 'The old dog sleeps .'],
    ['python', '# So it goes.\n#   Twice.', 'So it goes . Twice .'],
    ['java', '/**\n * A cat.\n */', 'A cat .'],
    ['markdown', '> This is **very** _good_.', 'This is very good .'],
    ['plaintext', '# 1 is left', '1 is left'],
  ])('of a text that is read are no markers: %s %j', (languageId, text, expected) => {
    const found = wordsOfProse(text, languageId, 'en');
    expect(found.map(({ start, end }) => text.slice(start, end)).join(' ')).toBe(expected);
  });

  it('of a text that is read stay whole where they pass untouched', () => {
    const text = '// See a//b now.';
    const found = wordsOfProse(text, 'c', 'en', [{ start: 7, end: 11 }]);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(['See', 'a//b', 'now', '.']);
  });

  it('covers all but white space, in order, and shares nothing', () => {
    const random = randomSource(13);
    for (let round = 0; round < 300; round++) {
      const text = random.text(15);
      let end = 0;
      let seen = '';
      for (const word of wordsOf(text, random.of(['en', 'fr', 'it']))) {
        expect(word.start).toBeGreaterThanOrEqual(end);
        expect(word.end).toBeGreaterThan(word.start);
        end = word.end;
        seen += text.slice(word.start, word.end);
      }
      expect(seen.replace(/\s/g, ''), JSON.stringify(text)).toBe(text.replace(/\s/g, ''));
    }
  });
});
