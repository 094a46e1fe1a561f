/** What a graph that can be steered is fed for a layer. */
import type { Tensors } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Rudder } from './graph/rows.ts';
import type { LayerSteering, PinnedRow } from './layer-steering.ts';

/** Where a run stands on the axes that rows and keys are counted on. */
export interface RunPlace {
  /** Where the text begins that it is of. */
  readonly firstRow: number;
  readonly firstKey: number;
  /** Queries of the text that runs before it were of, and how many this one is of at most. */
  readonly before: number;
  readonly queries: number;
  readonly heads: number;
  /** 1 where a row is told by the step after its own. */
  readonly shiftOf: (head: number) => 0 | 1;
}

interface ToldRow {
  readonly head: number;
  /** Among the run's. */
  readonly query: number;
  /** By key of the run. */
  readonly weights: PinnedRow;
}

type TensorClass = Pick<Runtime, 'Tensor'>;

/** The model has its way everywhere. */
export const freeFeeds = (runtime: TensorClass, rudder: Rudder): Tensors => feedsOf(runtime, rudder, [], []);

export function steeredFeeds(runtime: TensorClass, rudder: Rudder, steering: LayerSteering, place: RunPlace): Tensors {
  const heads = Array.from({ length: place.heads }, (_, head) => head);
  return feedsOf(runtime, rudder, heads.filter(head => steering.isSilent(head)), heads.flatMap(head => rowsOf(head, steering, place)));
}

function rowsOf(head: number, steering: LayerSteering, { firstRow, firstKey, before, queries, shiftOf }: RunPlace): ToldRow[] {
  return [...steering.rows(head)].flatMap(([row, told]) => {
    const query = row - firstRow + shiftOf(head) - before;
    // What stands before belongs to another sentence.
    const weights = new Map([...told].flatMap(([key, weight]) => (key < firstKey ? [] : [[key - firstKey, weight] as const])));
    return row < firstRow || query < 0 || query >= queries || weights.size === 0 ? [] : [{ head, query, weights }];
  });
}

function feedsOf({ Tensor }: TensorClass, rudder: Rudder, silent: readonly number[], rows: readonly ToldRow[]): Tensors {
  const keys = 1 + rows.reduce((most, { weights }) => [...weights.keys()].reduce((last, key) => Math.max(last, key), most), 0);
  const pinned = new Float32Array(rows.length * keys).fill(-1);
  rows.forEach(({ weights }, row) => {
    for (const [key, weight] of weights) pinned[row * keys + key] = weight;
  });
  return {
    [rudder.silent]: new Tensor('int64', BigInt64Array.from(silent, BigInt), [silent.length]),
    [rudder.rows]: new Tensor('int64', BigInt64Array.from(rows.flatMap(({ head, query }) => [head, query]), BigInt), [rows.length, 2]),
    [rudder.pinned]: new Tensor('float32', pinned, [rows.length, keys]),
  };
}
