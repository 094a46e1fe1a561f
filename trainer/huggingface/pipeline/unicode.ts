/** Classes of characters, as the Rust library that wrote most of these files counts them. */

/** Unicode's White_Space: not what JavaScript's `\s` is, which has U+FEFF and lacks U+0085. */
export const whitespace = /^\p{White_Space}$/u;
/** ASCII's punctuation counts whole, `$` and `^` too. */
export const punctuation = /^[\p{P}!-/:-@[-`{-~]$/u;
/** What BERT's clean-up drops, but for tab, line feed and carriage return. */
export const otherThanText = /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}]$/u;
export const nonSpacingMark = /^\p{Mn}$/u;
export const combiningMark = /^\p{M}$/u;

/** Ideographs, around each of which BERT cuts (tokenization.py of google-research/bert, `_is_chinese_char`). */
export function isIdeograph(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || (code >= 0x20000 && code <= 0x2a6df) ||
    (code >= 0x2a700 && code <= 0x2b73f) || (code >= 0x2b740 && code <= 0x2b81f) || (code >= 0x2b820 && code <= 0x2ceaf) ||
    (code >= 0xf900 && code <= 0xfaff) || (code >= 0x2f800 && code <= 0x2fa1f)
  );
}
