import { eastAsianWidth } from 'get-east-asian-width';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** What a reader takes for one character: a base with its marks, an emoji with its joiners, a flag. */
export function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many columns of a terminal the text takes: East Asian wide characters and emoji two, marks none. */
export function displayWidth(text: string): number {
  return graphemesOf(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

function graphemeWidth(grapheme: string): number {
  // U+FE0F asks for the coloured picture; characters of Emoji_Presentation have it by themselves.
  if (/\ufe0f|\p{Emoji_Presentation}/u.test(grapheme)) return 2;
  const base = grapheme.replace(/[\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}]/gu, '').codePointAt(0);
  return base === undefined ? 0 : eastAsianWidth(base);
}

/** The text if it fits, or else as much as does, with an ellipsis. */
export function fit(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const grapheme of graphemesOf(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns - 1) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

export type Justify = 'left' | 'centre' | 'right';

/** Fills the text up with spaces to so many columns. */
export function pad(text: string, columns: number, justify: Justify): string {
  const spare = Math.max(0, columns - displayWidth(text));
  const before = { left: 0, centre: Math.floor(spare / 2), right: spare }[justify];
  return ' '.repeat(before) + text + ' '.repeat(spare - before);
}
