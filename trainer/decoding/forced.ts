import type { Hypothesis, Search } from './hypothesis.ts';
import type { MapRow } from './step.ts';

/** Writes what it is told, whatever the model thinks of it: shows how probable that was. The end token is a part of it. */
export function forcedSearch(ids: readonly number[]): Search {
  return {
    width: 1,
    run: async (step, constraints, { signal }): Promise<Hypothesis> => {
      const logProbs: number[] = [];
      const maps: MapRow[][] = [];
      for (const [time, id] of ids.entries()) {
        signal?.throwIfAborted();
        step.previous[0] = BigInt(time === 0 ? constraints.special.start : (ids[time - 1] ?? constraints.special.pad));
        await step.run(1);
        logProbs.push(step.logProbs(0)[id] ?? -Infinity);
        maps.push(step.attention(0));
        step.advance([0]);
      }
      return { ids, logProbs, maps };
    },
  };
}
