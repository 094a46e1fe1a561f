/** WordPiece, and vocabularies of whole words. */
import type { Piece, SubwordModel } from './stages.ts';

export interface WordPieceOptions {
  /** By token, without those that no text may spell. */
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknown: number;
  /** Of every token of a word but the first: `##`. */
  readonly continuingPrefix: string;
  /** Longer words are unknown, in characters. */
  readonly longestWord: number;
}

/** Takes the longest token that a word begins with, then the longest of the rest; a word that has a rest without one is unknown. */
export function wordPieceModel({ vocabulary, unknown, continuingPrefix, longestWord }: WordPieceOptions): SubwordModel {
  const longestToken = [...vocabulary.keys()].reduce((most, token) => Math.max(most, token.length), 0);
  return word => {
    const whole = [{ id: unknown, start: 0, end: word.length }];
    // Of UTF-16 units there are at most two a character: only a word between needs counting.
    if (word.length > longestWord && (word.length > 2 * longestWord || [...word].length > longestWord)) return whole;
    const pieces: Piece[] = [];
    for (let start = 0; start < word.length; ) {
      let end = Math.min(word.length, start + longestToken);
      let id: number | undefined;
      for (; end > start; end--) {
        id = vocabulary.get(start === 0 ? word.slice(0, end) : continuingPrefix + word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id === undefined) return whole;
      pieces.push({ id, start, end });
      start = end;
    }
    return pieces;
  };
}

export function wordLevelModel(vocabulary: ReadonlyMap<string, number>, unknown: number | undefined): SubwordModel {
  return word => {
    const id = vocabulary.get(word) ?? unknown;
    return id === undefined ? [] : [{ id, start: 0, end: word.length }];
  };
}
