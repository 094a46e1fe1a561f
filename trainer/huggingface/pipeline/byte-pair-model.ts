/** Byte-pair encoding (Sennrich et al. 2016): pairs of neighbours are merged, the best first, until none is left that may. */
import { brokenFile, shown } from '../json.ts';
import type { Piece, SubwordModel } from './stages.ts';
import { mergeNeighbours, type Symbols } from './merge-neighbours.ts';
import { byteName } from './byte-names.ts';

export interface BytePairOptions {
  /** By token. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The best first. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  /** Tokens that no text may spell. */
  readonly hidden: ReadonlySet<string>;
  readonly unknown: string | undefined;
  /** Whether unknown characters side by side are one token. */
  readonly fuseUnknown: boolean;
  /** Whether an unknown character is spelled by its bytes, `<0xE2>`. */
  readonly byteFallback: boolean;
  /** Whether a word that is a token is not cut. */
  readonly ignoreMerges: boolean;
  /** Of every symbol of a word but the first: `##`. */
  readonly continuingPrefix: string;
  /** Of a word's last symbol: `</w>`. */
  readonly endSuffix: string;
}

interface Merge {
  readonly rank: number;
  readonly id: number;
}

/** Ids are below 2²⁶, so that a pair of them is a whole number. */
const idLimit = 1 << 26;

const utf8 = new TextEncoder();

/** @throws Failure `broken-model` where a merge is of or makes no token */
export function bytePairModel(options: BytePairOptions, file: string): SubwordModel {
  const { vocabulary, hidden, byteFallback, continuingPrefix: prefix, endSuffix: suffix } = options;
  const merges = rankMerges(options, file);
  const bytes = byteFallback ? Array.from({ length: 256 }, (_, byte) => vocabulary.get(byteName(byte))) : [];
  const unknown = options.unknown === undefined ? undefined : vocabulary.get(options.unknown);
  if (options.unknown !== undefined && unknown === undefined) throw brokenFile(file, `has no token ${shown(options.unknown)}, which it names as its unk_token`);

  const symbolsOf = (word: string): Symbols & { ids: number[] } => {
    const symbols = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    const add = (id: number, start: number, end: number): void => {
      symbols.ids.push(id);
      symbols.starts.push(start);
      symbols.ends.push(end);
    };
    let index = 0;
    let wasUnknown = false;
    for (const character of word) {
      const start = index;
      index += character.length;
      const name = `${start > 0 ? prefix : ''}${character}${index === word.length ? suffix : ''}`;
      const id = vocabulary.get(name);
      if (id !== undefined) {
        add(id, start, index);
        wasUnknown = false;
        continue;
      }
      const spelled = byteFallback ? Array.from(utf8.encode(name), byte => bytes[byte]) : [undefined];
      if (spelled.every(each => each !== undefined)) {
        for (const each of spelled) add(each, start, index);
        wasUnknown = false;
      } else if (unknown !== undefined) {
        if (wasUnknown && options.fuseUnknown) symbols.ends[symbols.ends.length - 1] = index;
        else add(unknown, start, index);
        wasUnknown = true;
      }
    }
    return symbols;
  };

  return word => {
    if (options.ignoreMerges && !hidden.has(word)) {
      const whole = vocabulary.get(word);
      if (whole !== undefined) return [{ id: whole, start: 0, end: word.length }];
    }
    const symbols = symbolsOf(word);
    const { ids } = symbols;
    const kept = mergeNeighbours(symbols.ids.length, (left, right) => {
      const merge = merges.get((ids[left] ?? 0) * idLimit + (ids[right] ?? 0));
      return merge === undefined ? undefined : { cost: merge.rank, made: merge.id };
    }, (left, right, made) => {
      ids[left] = made;
      symbols.ends[left] = symbols.ends[right] ?? 0;
    });
    return kept.map((place): Piece => ({ id: ids[place] ?? 0, start: symbols.starts[place] ?? 0, end: symbols.ends[place] ?? 0 }));
  };
}

function rankMerges({ vocabulary, merges, hidden, continuingPrefix: prefix }: BytePairOptions, file: string): ReadonlyMap<number, Merge> {
  const ranked = new Map<number, Merge>();
  merges.forEach(([left, right], rank) => {
    const made = left + (prefix !== '' && right.startsWith(prefix) ? right.slice(prefix.length) : right);
    const [leftId, rightId, id] = [vocabulary.get(left), vocabulary.get(right), vocabulary.get(made)];
    if (leftId === undefined || rightId === undefined || id === undefined) {
      const missing = leftId === undefined ? left : rightId === undefined ? right : made;
      throw brokenFile(file, `merges ${shown(left)} and ${shown(right)} (merge ${rank}), but has no token ${shown(missing)}`);
    }
    // A special token that letters of a text could be merged to would be one that the user wrote.
    if (hidden.has(made)) return;
    const pair = leftId * idLimit + rightId;
    // Of merges that stand there twice the last counts, as in `tokenizers`.
    ranked.set(pair, { rank, id });
  });
  return ranked;
}
