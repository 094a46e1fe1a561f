/**
 * Whitespace as Python's `str.isspace` defines it, which is what sacreBLEU splits on. JavaScript's `\s` differs: it
 * lacks U+001C–U+001F and U+0085 and has U+FEFF. The no-break spaces of French typography (U+00A0, U+202F) are in both.
 */
const whitespace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const trailing = new RegExp(`(?:${whitespace.source})$`, 'u');
const everywhere = new RegExp(whitespace.source, 'gu');

/** Python's `text.split()`: never an empty item. */
export function splitOnWhitespace(text: string): string[] {
  return text.split(whitespace).filter(item => item !== '');
}

/** Python's `text.rstrip()`. */
export function trimTrailingWhitespace(text: string): string {
  return text.replace(trailing, '');
}

/** Python's `''.join(text.split())`. */
export function removeWhitespace(text: string): string {
  return text.replace(everywhere, '');
}
