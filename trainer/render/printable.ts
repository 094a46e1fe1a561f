/**
 * Makes a text safe to print in a terminal: control characters, which could move the cursor or worse, become their
 * pictures (␛), and the invisible ones that change the writing direction of what follows go. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text
    .replace(/\r\n?/gu, '\n')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/[\0-\x08\x0b-\x1f]/gu, control => String.fromCodePoint(0x2400 + (control.codePointAt(0) ?? 0)))
    .replace(/\x7f/gu, '\u2421')
    .replace(/[\x80-\x9f\p{Surrogate}]/gu, '\ufffd');
}

/** The same for a word in a matrix, which stands on one line. */
export function printableWord(text: string): string {
  return printable(text.replace(/\s+/gu, ' '));
}
