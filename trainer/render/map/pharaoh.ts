/** Which words are linked, in Pharaoh notation: a line a sentence, `source-target` of words that count from 0 in each. */
import { Failure } from '../../../protocol/failure.ts';
import type { Axis } from '../../../protocol/inspection.ts';
import type { Span, TokenRange } from '../../../protocol/trace.ts';
import { alignWords } from '../../analysis/alignment.ts';
import { type ReadOut, rowOf } from './read-out.ts';

/**
 * The links that a translation has (`alignWords`): columns are the source, rows the target.
 * @param read by tokens, the special ones among them: they count
 * @throws Failure `bad-argument` where the sides have no words, or are one and the same
 */
export function renderPharaoh(read: ReadOut): string {
  const [target, source] = [read.rows.axis, read.columns.axis];
  if (target === source || target.words.length === 0 || source.words.length === 0) {
    throw new Failure('bad-argument', 'An alignment links the words of two texts; this map is over one.', 'Choose attention from what was written to what was given, or another format.');
  }
  const rows = target.tokens.map((_, row) => ({ firstSource: 0, weights: Array.from(rowOf(read, row)) }));
  const links = alignWords({ source, target, rows });
  const bySentence = source.sentences.length === target.sentences.length
    ? target.sentences.map((range, index) => pairsOf(links, { target: wordsIn(target, range), source: wordsIn(source, source.sentences[index]) }))
    : [];
  // A text that was read whole may link words across its sentences; then it is one line.
  const isWhole = bySentence.flat().length < links.length || bySentence.length === 0;
  const lines = isWhole ? [pairsOf(links, { target: target.words, source: source.words })] : bySentence;
  return lines.map(pairs => `${pairs.join(' ')}\n`).join('');
}

function pairsOf(links: ReturnType<typeof alignWords>, { source, target }: { readonly source: readonly Span[]; readonly target: readonly Span[] }): string[] {
  const placeIn = (words: readonly Span[], { start }: Span): number => words.findIndex(word => word.start === start);
  return links.flatMap(link => {
    const [from, to] = [placeIn(source, link.source), placeIn(target, link.target)];
    return from < 0 || to < 0 ? [] : [`${from}-${to}`];
  });
}

function wordsIn({ tokens, words }: Axis, range: TokenRange | undefined): Span[] {
  const standing = tokens.slice(range?.first, range?.end).filter(({ special }) => !special);
  const [start, end] = [standing[0]?.start ?? 0, standing.at(-1)?.end ?? 0];
  return words.filter(word => word.start < end && word.end > start);
}
