/** How a row of one head, or the whole map of one head, is found among weights as a graph has them, keys on the last axis. */
import type { NewTensor } from '../../onnx/messages.ts';
import type { Appender } from '../../taps/appender.ts';
import type { ValueReading } from '../../taps/tap.ts';

type Column = 'first' | 'head' | 'query';

/** Which numbers lead there along the first axes; the first of them grows by `stride` from one text of the batch to the next. */
export interface Indexing {
  readonly columns: readonly Column[];
  /** 0 where it is one text. */
  readonly stride: number;
}

interface Indexings {
  readonly row: Indexing;
  readonly map: Indexing;
}

type Lie = Pick<ValueReading, 'rank' | 'heads' | 'oneQuery'>;

/** What ranks stand for, `taps/normalise.ts` says. */
export function indexingsOf({ rank = 4, heads, oneQuery }: Lie): Indexings {
  if (oneQuery === true) {
    const one: Indexing = rank === 2 ? { columns: ['first'], stride: 1 } : { columns: ['first', 'head'], stride: 1 };
    return { row: one, map: one };
  }
  if (rank === 2) return { row: { columns: ['query'], stride: 0 }, map: { columns: ['first'], stride: 1 } };
  if (rank === 3) {
    const stride = heads ?? 0;
    return heads === 1
      ? { row: { columns: ['first', 'query'], stride: 1 }, map: { columns: ['first'], stride: 1 } }
      : { row: { columns: ['head', 'query'], stride }, map: { columns: ['head'], stride } };
  }
  return { row: { columns: ['first', 'head', 'query'], stride: 1 }, map: { columns: ['first', 'head'], stride: 1 } };
}

/** Names of `[count, 1]` int64 each. */
interface Named {
  readonly head: string;
  readonly query?: string;
}

/** @returns indices as `GatherND` and `ScatterND` take them, `[batch, count, columns]` */
export function indicesOf(to: Appender, weights: string, { columns, stride }: Indexing, { head, query }: Named): string {
  const nought = to.node('Mul', [head, to.integers([0])]);
  const own = columns.map(column => (column === 'first' ? nought : column === 'head' ? head : (query ?? nought)));
  const ofOne = to.unsqueeze(own.length === 1 ? (own[0] ?? '') : to.node('Concat', own, { axis: 1 }), [0]);
  if (stride === 0) return ofOne;
  const texts = to.node('Div', [to.lengths(weights, [0]), to.integers([stride])]);
  const one: NewTensor = { name: '', dtype: 'int64', shape: [1], data: new Uint8Array(BigInt64Array.of(1n).buffer) };
  const numbers = to.reshape(to.node('NonZero', [to.node('ConstantOfShape', [texts], { value: { tensor: one } })]), [-1, 1, 1]);
  const steps = to.reshape(to.integers(columns.map((_, index) => (index === 0 ? stride : 0))), [1, 1, columns.length]);
  return to.node('Add', [ofOne, to.node('Mul', [numbers, steps])]);
}
