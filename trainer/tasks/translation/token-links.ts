/** Links between words as links between the tokens that spell them. */
import type { WordPair } from '../../analysis/alignment-error-rate.ts';
import type { Span } from '../../../protocol/trace.ts';
import type { Pair } from '../../text/pairs.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { TokenLink } from '../../training/batch.ts';

/**
 * Every token of a word is linked with every token of the words it belongs to; links beyond a sentence's words are dropped.
 * @param pair both sides as `normalizeForModel` leaves them: one space parts two words
 */
export function tokenLinks({ source, target }: Pair, links: readonly WordPair[], tokenizer: TextTokenizer): TokenLink[] {
  const [sources, targets] = [tokensByWord(source, tokenizer), tokensByWord(target, tokenizer)];
  return links.flatMap(link =>
    (targets[link.target] ?? []).flatMap(token => (sources[link.source] ?? []).map(other => ({ source: other, target: token }))),
  );
}

/** The tokens of each word; one that is nothing but a space is of none. */
function tokensByWord(text: string, tokenizer: TextTokenizer): number[][] {
  const words: Span[] = Array.from(text.matchAll(/\S+/gu), ({ 0: word, index }) => ({ start: index, end: index + word.length }));
  const tokens = words.map((): number[] => []);
  tokenizer.encode(text).spans.forEach(({ start, end }, token) => {
    const word = words.findIndex(span => start < end && start >= span.start && start < span.end);
    tokens[word]?.push(token);
  });
  return tokens;
}
