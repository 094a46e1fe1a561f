/** The settings of several runs side by side. Pure: nothing here touches the page. */
import type { RunDetails } from '../../../protocol/runs.ts';

export interface ConfigRow {
  readonly key: string;
  /** A run's, in the order of the runs; `undefined` where it has no such setting. */
  readonly values: readonly (string | undefined)[];
  readonly isDifferent: boolean;
}

/** Keys in the order in which the first run that has them tells them, so that what belongs together stays together. */
export function configRows(runs: readonly (RunDetails | undefined)[]): readonly ConfigRow[] {
  const maps = runs.map(details => new Map(details?.config.map(({ key, value }) => [key, value])));
  const keys = new Set(maps.flatMap(map => [...map.keys()]));
  const read = maps.filter((_, index) => runs[index] !== undefined);
  return [...keys].map(key => ({
    key,
    values: maps.map(map => map.get(key)),
    // A run that is still to be read differs in nothing.
    isDifferent: new Set(read.map(map => map.get(key))).size > 1,
  }));
}
