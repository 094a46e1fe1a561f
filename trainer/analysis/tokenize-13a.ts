import { splitOnWhitespace } from './whitespace.ts';

/**
 * The words of a line as BLEU counts them: the tokenizer of NIST's mteval-v13a.pl, in the form sacreBLEU gave it
 * (Post 2018, "A Call for Clarity in Reporting BLEU Scores"). ASCII punctuation stands alone; full stop and comma do
 * unless between digits; a hyphen does after a digit. Everything else, apostrophes and typographic quotation marks
 * included, stays in its word.
 */
export function tokenize13a(line: string): string[] {
  const unescaped = line
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  const separated = ` ${unescaped} `
    .replace(/([{-~[-` -&(-+:-@/])/gu, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/gu, '$1 $2 ');
  return splitOnWhitespace(separated);
}
