/** Which weights a head of a certain role is about: cells of a map, drawn from its tokens alone. */
import type { Axis, AxisToken, HeadRole } from '../../../protocol/inspection.ts';
import type { TokenRange } from '../../../protocol/trace.ts';

/** What a head is found out by: where its role has it look. */
export type PatternRole = Exclude<HeadRole, 'positional' | 'diagonal'>;

export interface Pattern {
  readonly role: PatternRole;
  /** Places in a map, `[row][column]`. */
  readonly cells: Uint32Array;
  /** How many rows it has any in; others say nothing of the role. */
  readonly rows: number;
  /** The share of these rows' weights that attention spread evenly would have there, summed over them. */
  readonly even: number;
}

/** One side of a map: tokens of an axis. */
export interface PatternSide {
  readonly axis: Axis;
  readonly tokens: TokenRange;
}

/** @param isCausal a token looks at itself and what stands before */
export function patternsOf(queries: PatternSide, keys: PatternSide, isCausal: boolean): Pattern[] {
  const [rows, columns] = [tokensOf(queries).length, tokensOf(keys).length];
  return [...columnsByRole(queries, keys)].map(([role, columnsOf]) => {
    const cells: number[] = [];
    let [measured, even] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const allowed = isCausal ? row + 1 : columns;
      const looked = columnsOf(row).filter(column => column >= 0 && column < allowed);
      // Where there is but one thing to look at, that it is looked at says nothing.
      if (looked.length === 0 || allowed === 1) continue;
      cells.push(...looked.map(column => row * columns + column));
      measured++;
      even += looked.length / allowed;
    }
    return { role, cells: Uint32Array.from(cells), rows: measured, even };
  });
}

type ColumnsOf = (row: number) => readonly number[];

function columnsByRole(queries: PatternSide, keys: PatternSide): Map<PatternRole, ColumnsOf> {
  const isOverItself = queries.axis === keys.axis && queries.tokens.first === keys.tokens.first && queries.tokens.end === keys.tokens.end;
  const roles = new Map<PatternRole, ColumnsOf>([['first', row => (isOverItself && row === 0 ? [] : [0])]]);
  const isText = keys.axis.side !== 'image';
  if (isText) {
    const separators = separatorsOf(keys);
    roles.set('separator', () => separators);
  }
  if (!isOverItself) return roles;
  roles.set('previous', row => [row - 1]).set('next', row => [row + 1]).set('self', row => [row]);
  if (!isText) return roles;
  const earlier = earlierSame(tokensOf(keys));
  roles.set('duplicate', row => earlier[row] ?? []);
  // What followed; the token itself where the earlier one stands right before it is no memory of anything.
  roles.set('induction', row => (earlier[row] ?? []).map(column => column + 1).filter(column => column !== row));
  return roles;
}

function tokensOf({ axis, tokens: { first, end } }: PatternSide): readonly AxisToken[] {
  return axis.tokens.slice(first, end);
}

/** Special tokens, but for what a text begins with, and punctuation. */
function separatorsOf(side: PatternSide): number[] {
  return tokensOf(side).flatMap(({ special, start, end }, token) => {
    const separates = special ? token > 0 : /^\p{P}+$/u.test(side.axis.text.slice(start, end).trim());
    return separates ? [token] : [];
  });
}

/** Of each token, where the same stands before it. */
function earlierSame(tokens: readonly AxisToken[]): number[][] {
  const places = new Map<string, number[]>();
  return tokens.map(({ text, special }, token) => {
    if (special) return [];
    const before = places.get(text) ?? [];
    places.set(text, [...before, token]);
    return before;
  });
}
