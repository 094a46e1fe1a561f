/**
 * Ordinary text from text that was cut into tokens as the Penn Treebank has them, which older corpora come in: a model is to
 * read in training what users write.
 */

const brackets: ReadonlyMap<string, string> = new Map([
  ['-lrb-', '('], ['-rrb-', ')'], ['-lsb-', '['], ['-rsb-', ']'], ['-lcb-', '{'], ['-rcb-', '}'],
]);

/** Tokens that stand for another spelling, whatever is around them. A slash and a star are escaped in the treebank's files. */
function spelled(token: string): string {
  return brackets.get(token.toLowerCase()) ?? token.replace(/\\([/*])/g, '$1');
}

const quotes: ReadonlyMap<string, string> = new Map([['``', '"'], ["''", '"'], ['`', "'"]]);

/** Written without a space before it: marks that end or close, what is short for a verb or a not, a genitive. */
const joinsLeft = /^(?:[,.;:?!%)\]}]|\.{2,}|[?!]{2,}|''|'|'(?:s|m|d|re|ve|ll)|n't)$/i;
/** Written without a space after it: what opens. A number sign or a currency joins a number only. */
const joinsRight = /^(?:[([{]|``|`)$/;
const joinsNumber = /^(?:[#$£€]|us\$)$/i;

/** What the treebank cuts in two without a mark of it (its tokenizer's script, "CONTRACTIONS"). */
const cutWords: ReadonlySet<string> = new Set(['gim me', 'gon na', 'got ta', 'lem me', 'wan na', "'t is", "'t was"]);

/**
 * Joins tokens as they are written in ordinary text: `it 's n't " -lrb- so -rrb- "` becomes `it's n't …`. Text that was never
 * cut comes out as it is, but for spaces before marks.
 */
export function joinTreebank(text: string): string {
  let joined = '';
  let last: string | undefined;
  /** Whether a straight double quote is open: of these the treebank's own files have none. */
  let isOpen = false;
  for (const token of text.trim().split(/\s+/)) {
    const isStraight = token === '"';
    const opens = isStraight && !isOpen;
    const closes = isStraight && isOpen;
    if (isStraight) isOpen = !isOpen;
    const isApart = last !== undefined && !closes && !isJoined(last, spelled(token), token);
    joined += (isApart ? ' ' : '') + (quotes.get(token) ?? spelled(token));
    last = opens ? '``' : closes ? "''" : spelled(token);
  }
  return joined;
}

/** @param token as it stands in the corpus; `here` and `last` are spelled out */
function isJoined(last: string, here: string, token: string): boolean {
  if (joinsRight.test(last)) return true;
  if (joinsNumber.test(last) && /^\d/.test(here)) return true;
  return joinsLeft.test(here) || cutWords.has(`${last} ${token}`.toLowerCase());
}
