/** The unigram language model (Kudo 2018): of all ways to cut a word into tokens, the one whose scores add up to the most. */
import { byteName } from './byte-names.ts';
import type { Piece, SubwordModel } from './stages.ts';
import { Trie } from './trie.ts';

export interface UnigramPiece {
  readonly token: string;
  readonly id: number;
  /** Natural logarithm of a probability. */
  readonly score: number;
  /** Whether a text may spell it: special tokens and those of bytes it may not. */
  readonly spellable: boolean;
}

export interface UnigramOptions {
  readonly pieces: readonly UnigramPiece[];
  /** Of what no token spells; left out, that is dropped. */
  readonly unknown: number | undefined;
  /** By byte, where unknown characters are spelled by their bytes. */
  readonly byteFallback: boolean;
  /** Sums in 32 bits, as SentencePiece has them; Hugging Face's have 64. */
  readonly single: boolean;
}

/** How much less than the worst token an unknown character scores (SentencePiece, unigram_model.cc). */
const unknownPenalty = 10;

const utf8 = new TextEncoder();

export function unigramModel({ pieces, unknown, byteFallback, single }: UnigramOptions): SubwordModel {
  const trie = new Trie();
  const round = single ? Math.fround : (value: number): number => value;
  const scores = Float64Array.from(pieces, ({ score }) => round(score));
  let worst = Infinity;
  pieces.forEach(({ token, spellable, score }, index) => {
    worst = Math.min(worst, score);
    if (spellable) trie.add(token, index);
  });
  const unknownScore = round((worst === Infinity ? 0 : worst) - unknownPenalty);
  const byToken = new Map(byteFallback ? pieces.filter(({ spellable }) => !spellable).map(({ token, id }) => [token, id] as const) : []);
  const bytes = Array.from({ length: 256 }, (_, byte) => byToken.get(byteName(byte)));

  /** Of each place, where the best last token before it starts, and which it is; −1 an unknown character. */
  const best = (word: string): { from: Int32Array; piece: Int32Array } => {
    const from = new Int32Array(word.length + 1).fill(-1);
    const piece = new Int32Array(word.length + 1).fill(-1);
    const total = new Float64Array(word.length + 1);
    const offer = (start: number, end: number, score: number, index: number): void => {
      const sum = round((total[start] ?? 0) + score);
      if (from[end] !== -1 && sum <= (total[end] ?? 0)) return;
      from[end] = start;
      piece[end] = index;
      total[end] = sum;
    };
    for (let start = 0; start < word.length; ) {
      const next = start + ((word.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
      let alone = false;
      trie.each(word, start, (end, index) => {
        offer(start, end, scores[index] ?? 0, index);
        if (end === next) alone = true;
      });
      if (!alone) offer(start, next, unknownScore, -1);
      start = next;
    }
    return { from, piece };
  };

  return word => {
    const { from, piece } = best(word);
    const found: { start: number; end: number; index: number }[] = [];
    for (let end = word.length; end > 0; ) {
      const start = from[end] ?? 0;
      const index = piece[end] ?? -1;
      const after = found.at(-1);
      // Unknown characters side by side are one token.
      if (index === -1 && after?.index === -1) after.start = start;
      else found.push({ start, end, index });
      end = start;
    }
    return found.reverse().flatMap(({ start, end, index }): Piece[] => {
      const known = pieces[index];
      if (known !== undefined) return [{ id: known.id, start, end }];
      return (byteFallback ? spelled(word, start, end, bytes) : undefined) ?? (unknown === undefined ? [] : [{ id: unknown, start, end }]);
    });
  };
}

/** By bytes, each with its character's span; nothing where one has no token. */
function spelled(word: string, from: number, to: number, bytes: readonly (number | undefined)[]): Piece[] | undefined {
  const found: Piece[] = [];
  let start = from;
  for (const character of word.slice(from, to)) {
    const end = start + character.length;
    for (const byte of utf8.encode(character)) {
      const id = bytes[byte];
      if (id === undefined) return undefined;
      found.push({ id, start, end });
    }
    start = end;
  }
  return found;
}
