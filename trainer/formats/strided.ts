/** Tensors whose elements lie in another order than row by row: transposed, sliced, expanded, or column by column. */
import { countOf } from './sizes.ts';
import { stretchBytes } from './stretches.ts';

export interface Layout {
  readonly shape: readonly number[];
  /** Between neighbours along each dimension, and where the first element lies; in elements. */
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Row by row; `shape.length` strides. */
export function rowByRow(shape: readonly number[]): number[] {
  return strides(shape.toReversed()).toReversed();
}

/** Column by column, as Fortran has it. */
export function columnByColumn(shape: readonly number[]): number[] {
  return strides(shape);
}

function strides(fastestFirst: readonly number[]): number[] {
  let step = 1;
  return fastestFirst.map(length => {
    const own = step;
    step *= length;
    return own;
  });
}

/** Whether the elements lie one after the other, row by row. */
export function isContiguous({ shape, strides: given }: Pick<Layout, 'shape' | 'strides'>): boolean {
  if (shape.includes(0)) return true;
  const expected = rowByRow(shape);
  return shape.every((length, axis) => length === 1 || given[axis] === expected[axis]);
}

/** How many elements of the storage the tensor reaches over, from its first to its last. */
export function spanOf({ shape, strides: given }: Pick<Layout, 'shape' | 'strides'>): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, length, axis) => span + (length - 1) * (given[axis] ?? 0), 1);
}

/**
 * The elements row by row, in stretches.
 * @param storage the bytes that `span` elements take, the tensor's first element at their beginning
 */
export function* gathered(storage: Uint8Array, width: number, { shape, strides: given }: Layout): Generator<Uint8Array> {
  const count = countOf(shape) ?? 0;
  const perStretch = Math.max(1, Math.floor(stretchBytes / width));
  const at = shape.map(() => 0);
  let from = 0;
  for (let done = 0; done < count; ) {
    const own = Math.min(perStretch, count - done);
    const bytes = new Uint8Array(own * width);
    for (let index = 0; index < own; index++) {
      for (let part = 0; part < width; part++) bytes[index * width + part] = storage[from * width + part] ?? 0;
      // The next element: the last index goes up by one, and where it is through, the one before it.
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const step = given[axis] ?? 0;
        at[axis] = (at[axis] ?? 0) + 1;
        from += step;
        if ((at[axis] ?? 0) < (shape[axis] ?? 1)) break;
        from -= step * (shape[axis] ?? 1);
        at[axis] = 0;
      }
    }
    done += own;
    yield bytes;
  }
}
