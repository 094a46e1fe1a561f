/** What the head view shows, as it is handed from what asks for it to what draws it. */
import type { MapLabelRange } from '../../../protocol/inspection.ts';
import { one } from '../../map/data.ts';
import type { LineSet, Side } from './lines.ts';

/** Some rows and columns of a map, and lines between them. */
export interface LinesView {
  readonly lines: LineSet;
  /** The weight that shows at full strength. */
  readonly full: number;
  /** Heads whose lines they are. */
  readonly heads: readonly number[];
  readonly queries: ShownLabels;
  readonly keys: ShownLabels;
}

export interface ShownLabels {
  readonly labels: readonly MapLabelRange[];
  /** The row or column of the map that the first of them is. */
  readonly first: number;
}

/** A side in focus, and its lines. */
export interface SideFocus {
  readonly side: Side;
  readonly lines: LineSet;
}

/** What the tokens of a side are called. */
export const lookingNames: Readonly<Record<Side['axis'], string>> = { query: 'Tokens that look', key: 'Tokens that are looked at' };

export function shownOf(view: LinesView, axis: Side['axis']): ShownLabels {
  return axis === 'query' ? view.queries : view.keys;
}

/** The token that is the nth shown. */
export function sideAt(view: LinesView, axis: Side['axis'], index: number): Side {
  return { axis, range: one(shownOf(view, axis).first + index) };
}

/** A side by the tokens that are shown. */
export function relativeTo(view: LinesView, { axis, range }: Side): Side {
  const { first } = shownOf(view, axis);
  return { axis, range: { first: range.first - first, end: range.end - first } };
}

export function isSameSide(one: Side | undefined, other: Side | undefined): boolean {
  return one?.axis === other?.axis && one?.range.first === other?.range.first && one?.range.end === other?.range.end;
}
