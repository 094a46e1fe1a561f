import { argmax, type Constraints } from './constraints.ts';
import type { Hypothesis, Search, SearchOptions } from './hypothesis.ts';
import { atBeginning } from './search-record.ts';
import type { MapRow, Step } from './step.ts';

/** Takes the most probable token at each step. */
export const greedySearch: Search = { width: 1, run: search };

async function search(step: Step, constraints: Constraints, { signal, onStep, record }: SearchOptions): Promise<Hypothesis> {
  const ids: number[] = [];
  const logProbs: number[] = [];
  const maps: MapRow[][] = [];
  const hypothesis: Hypothesis = { ids, logProbs, maps };
  const { start, end } = constraints.special;
  const itself = [0];
  let owed = constraints.atStart;
  let last = start;
  let node = atBeginning;
  // The start token of some models is their end token.
  do {
    signal?.throwIfAborted();
    step.previous[0] = BigInt(last);
    await step.run(1);
    const row = step.logProbs(0);
    record?.look(node, row);
    const only = constraints.restrict(row, owed, ids.length);
    last = only === undefined ? argmax(row) : bestOf(only, row);
    owed = constraints.after(last, owed);
    const logProb = row[last] ?? -Infinity;
    ids.push(last);
    logProbs.push(logProb);
    node = record?.add(node, { token: last, logProb }, 'kept') ?? node;
    maps.push(step.attention(0));
    step.advance(itself);
    onStep?.(hypothesis);
  } while (last !== end);
  record?.choose(node);
  return hypothesis;
}

function bestOf(tokens: readonly number[], logProbs: Float32Array): number {
  return tokens.reduce((best, token) => ((logProbs[token] ?? -Infinity) > (logProbs[best] ?? -Infinity) ? token : best));
}
