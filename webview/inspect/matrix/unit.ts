/** In which units a matrix is drawn where the reader leaves that open: as fine as its cells can be told apart. */
import { mapUnits, type Axis, type MapLabelRange, type MapUnit } from '../../../protocol/inspection.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import { unitOfTokens } from '../../../protocol/words.ts';
import type { MapDetail } from '../../map/cell-window.ts';
import type { Size } from '../../map/layout.ts';
import type { MapAxes } from './raw-labels.ts';

/** The tokens that are seen, and the room that they take, in CSS pixels. */
export interface Seen extends Size {
  readonly rows: TokenRange;
  readonly columns: TokenRange;
}

/** Cells of this size, in CSS pixels, can be told apart; those that are drawn stay a step of the zoom longer, so that one to and fro changes nothing. */
const tellable = 2.5;
const staying = tellable / 1.6;
/** A map of fewer rows and columns says too little, and one of larger parts could not be looked at so closely that its tokens are seen. */
const fewest = 8;
const mostTokens = 100;

/** @param now the units that it is drawn in */
export function fittingUnit(axes: MapAxes, seen: Seen, now: MapUnit | undefined): MapUnit {
  const all = { rows: { first: 0, end: axes.queries.tokens.length }, columns: { first: 0, end: axes.keys.tokens.length } };
  const units = mapUnits.filter((unit, index) => {
    const [finer, own] = [mapUnits[index - 1], sidesOf(axes, unit, all)];
    if (finer === undefined) return true;
    return Math.max(...own) >= fewest && mostTokens * sum(own) >= sum(sidesOf(axes, 'tokens', all)) && sum(own) < sum(sidesOf(axes, finer, all));
  });
  const fits = (unit: MapUnit): boolean => {
    const [rows, columns] = sidesOf(axes, unit, seen);
    return Math.min(seen.height / rows, seen.width / columns) >= (unit === now ? staying : tellable);
  };
  return units.find(fits) ?? units.at(-1) ?? 'tokens';
}

/** Rows and columns of a map in these units, or of a part of it. */
export function sidesOf({ queries, keys }: MapAxes, unit: MapUnit, part?: Pick<Seen, 'rows' | 'columns'>): readonly [number, number] {
  return [countOf(queries, unit, part?.rows), countOf(keys, unit, part?.columns)];
}

/** What a map shows, by what its rows and columns stand for. */
export function seenOf({ rows, columns, cell }: MapDetail, labels: { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] }): Seen | undefined {
  const [down, across] = [tokensOf(labels.rows.slice(rows.first, rows.end)), tokensOf(labels.columns.slice(columns.first, columns.end))];
  if (down === undefined || across === undefined) return undefined;
  return { rows: down, columns: across, width: (columns.end - columns.first) * cell.width, height: (rows.end - rows.first) * cell.height };
}

/** Told below the map; empty where it shows the tokens themselves. */
export function unitText(unit: MapUnit): string {
  switch (unit) {
    case 'tokens': return '';
    case 'words': return 'By word, as tokens can’t be told apart at this size; zoom in for tokens.';
    case 'sentences': return 'By sentence, as words can’t be told apart at this size; zoom in for words and tokens.';
  }
}

/** What belongs to no word, or to no sentence, stands for itself. */
function countOf(axis: Axis, unit: MapUnit, range: TokenRange = { first: 0, end: axis.tokens.length }): number {
  const of = unitOfTokens(axis, unit);
  let count = 0;
  for (let token = range.first; token < range.end; token++) if (token === range.first || of[token] === -1 || of[token] !== of[token - 1]) count++;
  return Math.max(1, count);
}

function tokensOf(labels: readonly MapLabelRange[]): TokenRange | undefined {
  const [first, last] = [labels[0], labels.at(-1)];
  return first === undefined || last === undefined ? undefined : { first: first.first, end: last.end };
}

function sum([one, other]: readonly [number, number]): number {
  return one + other;
}
