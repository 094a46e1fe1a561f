/** Longest text shown after a line, in characters as a reader counts them. */
export const afterLineLength = 80;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * What stands after a line on which annotated texts end: on one line, and cut between characters, never inside an emoji
 * or an accented letter. For display only: the full text is in the hover and the panel.
 */
export function afterLineText(results: readonly string[]): string {
  const text = results.map(result => result.replace(/\s+/gu, ' ').trim()).filter(Boolean).join(' · ');
  // A grapheme has at least one code unit: a text this short needs no counting.
  if (text.length <= afterLineLength) return text;
  const first: string[] = [];
  for (const { segment } of graphemes.segment(text)) {
    first.push(segment);
    if (first.length > afterLineLength) return `${first.slice(0, afterLineLength - 1).join('').trimEnd()}…`;
  }
  return text;
}
