/** What Pharaoh's notation can say: which words of two texts are linked. */
import type { MapAxes } from '../matrix/raw-labels.ts';

/** A difference is below 0 as well. */
export const whyNoDifference = 'a difference links no words';

/** Why a map links no words; `undefined`: it does. */
export function whyNoAlignment(axes: MapAxes | undefined): string | undefined {
  return axes === undefined || axes.queries === axes.keys || axes.queries.words.length === 0 || axes.keys.words.length === 0 ? 'between two texts only' : undefined;
}
