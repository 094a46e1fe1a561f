import type { Appender } from '../../taps/appender.ts';

export interface TakenOut {
  /** int64 `[some]`; of a place that is named twice the updates are the same. */
  readonly indices: string;
  /** That they are places of. */
  readonly axis: number;
  readonly rank: number;
  /** What stands there from now on: as the whole, and as many on that axis as there are places. */
  readonly updates: string;
}

/** The whole, with other numbers at some places of an axis. Its shape is known from what it was, whatever is put into it. */
export function putBack(to: Appender, whole: string, { indices, axis, rank, updates }: TakenOut): string {
  const along = to.reshape(indices, Array.from({ length: rank }, (_, at) => (at === axis ? -1 : 1)));
  const places = to.node('Expand', [along, to.node('Shape', [updates])]);
  // Of the same meaning, and of another name from operator set 11 on.
  return to.node(to.opset < 11 ? 'Scatter' : 'ScatterElements', [whole, places, updates], { axis });
}
