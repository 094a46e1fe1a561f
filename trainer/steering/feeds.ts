/** What a graph that can be steered is fed for a layer. */
import { Failure } from '../../protocol/failure.ts';
import { columnsInWords } from '../../protocol/map-name.ts';
import type { Tensors } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Rudder } from './graph/rows.ts';
import { type LayerSteering, mostPinned, type PinnedRow } from './layer-steering.ts';

/** Where a run stands on the axes that rows and keys are counted on. */
export interface RunPlace {
  /** Where the text begins that it is of. */
  readonly firstRow: number;
  readonly firstKey: number;
  /** Queries of the text that runs before it were of, and how many this one is of at most. */
  readonly before: number;
  readonly queries: number;
  readonly heads: number;
  /** Keys of the run that no query looks at. */
  readonly hidden: readonly number[];
  /** 1 where a row is told by the step after its own. */
  readonly shiftOf: (head: number) => 0 | 1;
}

type TensorClass = Pick<Runtime, 'Tensor'>;

/** The model has its way everywhere, but for keys that are hidden. */
export const freeFeeds = (runtime: TensorClass, rudder: Rudder, hidden: readonly number[] = []): Tensors => ({
  ...feedsOf(runtime, rudder, 1, () => false, [new Map()]),
  ...hiddenFeed(runtime, rudder, hidden),
});

export function steeredFeeds(runtime: TensorClass, rudder: Rudder, steering: LayerSteering, place: RunPlace): Tensors {
  steering.checkRoom(place.heads);
  const heads = Array.from({ length: place.heads }, (_, head) => rowsOf(head, steering, place));
  return { ...feedsOf(runtime, rudder, place.heads, head => steering.isSilent(head), heads), ...hiddenFeed(runtime, rudder, place.hidden) };
}

function hiddenFeed({ Tensor }: TensorClass, rudder: Rudder, keys: readonly number[]): Tensors {
  const hidden = new Float32Array(Math.max(0, ...keys) + 1);
  for (const key of keys) hidden[key] = 1;
  return { [rudder.hidden]: new Tensor('float32', hidden, [hidden.length]) };
}

/** A row that is told so much is told whole, but for rounding. */
const allOfIt = 1 - 1e-6;

/** What one head is told, by query and key of the run. */
function rowsOf(head: number, steering: LayerSteering, { firstRow, firstKey, before, queries, shiftOf }: RunPlace): ReadonlyMap<number, PinnedRow> {
  const rows = new Map<number, PinnedRow>();
  for (const [row, told] of steering.rows(head)) {
    const query = row - firstRow + shiftOf(head) - before;
    // What stands before belongs to another sentence; of a row that is told whole, what is left is all of it.
    const own = [...told].filter(([key]) => key >= firstKey);
    const left = sumOf(own);
    const scale = sumOf([...told]) >= allOfIt && left > 0 ? 1 / left : 1;
    const weights = new Map(own.map(([key, weight]) => [key - firstKey, weight * scale]));
    if (row >= firstRow && query >= 0 && query < queries && weights.size > 0) rows.set(query, weights);
  }
  return rows;
}

const sumOf = (row: readonly (readonly [key: number, weight: number])[]): number => row.reduce((sum, [, weight]) => sum + weight, 0);

/**
 * @param rows by head
 * @throws Failure `bad-argument` where there is no room for what is told
 */
function feedsOf({ Tensor }: TensorClass, rudder: Rudder, count: number, isSilent: (head: number) => boolean, rows: readonly ReadonlyMap<number, PinnedRow>[]): Tensors {
  const told = [...new Set(rows.flatMap(one => [...one.keys()]))];
  const queries = told.length > 0 ? told : [0];
  const last = rows.reduce((most, one) => [...one.values()].reduce((far, row) => [...row.keys()].reduce((key, other) => Math.max(key, other), far), most), 0);
  const keys = last + 1;
  const size = count * queries.length * keys;
  if (size > mostPinned) {
    throw new Failure('bad-argument', `${queries.length} rows of ${count} heads, told their weights up to ${columnsInWords([last])}, have ${size.toLocaleString('en')} weights; at most ${mostPinned.toLocaleString('en')} of a layer are told.`, 'Tell fewer rows, or columns that the text has.');
  }
  const pinned = new Float32Array(size).fill(-1);
  rows.forEach((one, head) => queries.forEach((query, at) => {
    for (const [key, weight] of one.get(query) ?? []) pinned[(head * queries.length + at) * keys + key] = weight;
  }));
  const heads = Array.from({ length: count }, (_, head) => head);
  return {
    [rudder.heads]: new Tensor('int64', BigInt64Array.from(heads, BigInt), [count]),
    [rudder.keep]: new Tensor('float32', Float32Array.from(heads, head => (isSilent(head) ? 0 : 1)), [count]),
    [rudder.queries]: new Tensor('int64', BigInt64Array.from(queries, BigInt), [queries.length]),
    [rudder.pinned]: new Tensor('float32', pinned, [count, queries.length, keys]),
  };
}
