/** The part of a map between two sentences: of a text and its hypothesis, say. */
import type { Axis, MapLabelRange } from '../../../protocol/inspection.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import type { Choice } from '../../panel/select.ts';

/** Sentences of either axis, 0-based; `undefined`: all of them. */
export interface SentencePair {
  readonly rows: number | undefined;
  readonly columns: number | undefined;
}

export const everySentence: SentencePair = { rows: undefined, columns: undefined };

/** How much of a sentence is told where one is chosen. */
const longest = 24;

/** "A: The cat sat on the …", "B: …"; none of an axis that has only one. */
export function sentenceChoices({ text, tokens, sentences }: Axis): readonly Choice[] {
  if (sentences.length < 2) return [];
  return sentences.map(({ first, end }, index) => {
    const words = tokens.slice(first, end).filter(token => token.start < token.end);
    const said = text.slice(words[0]?.start ?? 0, words.at(-1)?.end ?? 0).replaceAll(/\s+/g, ' ').trim();
    return { key: String(index), name: `${sentenceLetter(index)}: ${said.length > longest ? `${said.slice(0, longest).trimEnd()}…` : said}` };
  });
}

/** A to Z, then numbers. */
function sentenceLetter(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}

/** The rows or columns that stand for tokens of a sentence; all of them, where none is chosen. */
export function rangeOf(labels: readonly MapLabelRange[], sentence: TokenRange | undefined): TokenRange {
  if (sentence === undefined) return { first: 0, end: labels.length };
  const first = labels.findIndex(label => label.first >= sentence.first && label.end <= sentence.end);
  if (first < 0) return { first: 0, end: 0 };
  let end = first;
  while (end < labels.length && (labels[end]?.end ?? Infinity) <= sentence.end) end++;
  return { first, end };
}
