/**
 * Byte-pair encoding as SentencePiece and llama2.c have it: no list of merges, but a score for each token; two neighbours
 * may merge if what they spell is a token, the best score first (bpe_model.cc; Sennrich et al. 2016).
 */
import { byteName } from './byte-names.ts';
import { mergeNeighbours } from './merge-neighbours.ts';
import type { Piece, SubwordModel } from './stages.ts';
import { Trie } from './trie.ts';

export interface ScoredPiece {
  readonly token: string;
  readonly id: number;
  readonly score: number;
  /** `whole`: always a token where it stands in a text; `hidden`: no text may spell it. */
  readonly kind: 'normal' | 'whole' | 'hidden';
}

export interface ScoredPairsOptions {
  readonly pieces: readonly ScoredPiece[];
  readonly unknown: number | undefined;
  readonly byteFallback: boolean;
}

const utf8 = new TextEncoder();

export function scoredPairsModel({ pieces, unknown, byteFallback }: ScoredPairsOptions): SubwordModel {
  const spelled = new Map<string, ScoredPiece>();
  const hidden = new Map<string, number>();
  const whole = new Trie();
  for (const piece of pieces) {
    const { token, id, kind } = piece;
    if (kind === 'hidden') hidden.set(token, id);
    else if (!spelled.has(token)) spelled.set(token, piece);
    if (kind === 'whole') whole.add(token, id);
  }
  const bytes = Array.from({ length: 256 }, (_, byte) => hidden.get(byteName(byte)));
  /** No concatenation over it is a token: what a text repeats for ever is not sliced again and again. */
  const longest = pieces.reduce((most, { token }) => Math.max(most, token.length), 0);

  return word => {
    const starts: number[] = [];
    const ends: number[] = [];
    const frozen: boolean[] = [];
    for (let start = 0; start < word.length; ) {
      const match = whole.longestAt(word, start);
      const end = match?.end ?? start + ((word.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
      starts.push(start);
      ends.push(end);
      frozen.push(match !== undefined);
      start = end;
    }
    const kept = mergeNeighbours(starts.length, (left, right) => {
      const [from = 0, to = 0] = [starts[left], ends[right]];
      if (frozen[left] === true || frozen[right] === true || to - from > longest) return undefined;
      const made = spelled.get(word.slice(from, to));
      return made === undefined ? undefined : { cost: -made.score, made: made.id };
    }, (left, right) => {
      ends[left] = ends[right] ?? 0;
    });
    const found: Piece[] = [];
    for (const place of kept) {
      const [start = 0, end = 0] = [starts[place], ends[place]];
      const id = spelled.get(word.slice(start, end))?.id;
      if (id !== undefined) {
        found.push({ id, start, end });
        continue;
      }
      const ids = byteFallback ? Array.from(utf8.encode(word.slice(start, end)), byte => bytes[byte]) : [undefined];
      const last = found.at(-1);
      if (ids.every(each => each !== undefined)) for (const each of ids) found.push({ id: each, start, end });
      // Unknown characters side by side are one token.
      else if (unknown !== undefined && last?.id === unknown && last.end === start) found[found.length - 1] = { ...last, end };
      else if (unknown !== undefined) found.push({ id: unknown, start, end });
    }
    return found;
  };
}
