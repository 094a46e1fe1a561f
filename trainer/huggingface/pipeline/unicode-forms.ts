/** NFC, NFD, NFKC and NFKD of a traced text. */
import type { TracedText } from '../../text/traced.ts';
import { TracedBuilder } from './stages.ts';

export const unicodeForms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;
export type UnicodeForm = (typeof unicodeForms)[number];

/**
 * Stretches that are normalised by themselves: a character and what may compose with it or change places with it. That are
 * marks, vowels and finals of Hangul in their three spellings, the halfwidth marks of Katakana and a vowel of Kirat Rai (a
 * test tries every character). A run of marks is cut where no text has one so long (Unicode's stream-safe format allows
 * 30), since putting it in order takes quadratic time.
 */
const stretches = /[\s\S][\p{M}\u1161-\u1175\u11A8-\u11C2\u3131-\u3163\uFF9E\uFF9F\uFFA0-\uFFDC\u{16D67}\u{16D68}]{0,255}/gu;

/** All of these, in all forms, are what they are, and nothing before them changes. */
const plain = /^[\0-\x7f]*$/;

export function normalizeTo(form: UnicodeForm, source: TracedText): TracedText {
  if (plain.test(source.text)) return source;
  const built = new TracedBuilder();
  for (const { 0: stretch, index } of source.text.matchAll(stretches)) {
    const end = index + stretch.length;
    const normal = stretch.normalize(form);
    if (normal === stretch) {
      built.copy(source, index, end);
      continue;
    }
    const characters = [...stretch];
    const alone = characters.map(character => character.normalize(form));
    // What was neither composed nor moved has its own origin: all characters, or those behind what was.
    let count = characters.length > 1 && alone.join('') === normal ? 0 : characters.length;
    let composed = count === 0 ? '' : normal;
    for (let last = alone[count - 1]; count > 1 && last !== undefined && composed.endsWith(last); last = alone[count - 1]) {
      const shorter = characters.slice(0, count - 1).join('').normalize(form);
      if (shorter + last !== composed) break;
      [count, composed] = [count - 1, shorter];
    }
    let at = index;
    if (count > 0) {
      at += characters.slice(0, count).join('').length;
      built.push(composed, source.starts[index] ?? 0, source.ends[at - 1] ?? 0);
    }
    characters.slice(count).forEach((character, place) => {
      built.push(alone[count + place] ?? '', source.starts[at] ?? 0, source.ends[at + character.length - 1] ?? 0);
      at += character.length;
    });
  }
  return built.build();
}
