import * as operators from '../../operators/shape.ts';
import { add, mul } from '../../operators/elementwise.ts';
import type { Value } from '../../value.ts';
import { type CasesOf, list } from './operator-case.ts';

/** The pieces of a cut, numbered, so that each counts differently. */
function weighed(pieces: readonly Value[], numbers: readonly number[]): Value {
  const [first, ...rest] = numbers.map(number => {
    const piece = pieces[number];
    if (piece === undefined) throw new Error(`no piece ${number}`);
    return mul(piece, number + 1);
  });
  if (first === undefined) throw new Error('no pieces');
  return rest.reduce(add, first);
}

export const shape: CasesOf<
  'Reshape' | 'Squeeze' | 'Transpose' | 'Split' | 'Concat' | 'Slice' | 'Expand'
> = {
  Reshape: draw => {
    const [m, n, k] = [draw.length(), draw.length(), draw.length()];
    const operands = [draw.real([m, n, k])];
    return [
      { about: 'axes joined', operands, build: a => operators.reshape(a, [m * n, k]), torch: `a.reshape(${m * n}, ${k})` },
      { about: 'axes cut', operands, build: a => operators.reshape(a, [k, 1, m, n]), torch: `a.reshape(${k}, 1, ${m}, ${n})` },
      { about: 'an axis kept, the rest left to be found', operands, build: a => operators.reshape(a, [0, -1]), torch: `a.reshape(${m}, -1)` },
    ];
  },
  Squeeze: draw => {
    const [m, n] = [draw.length(), draw.length()];
    const operands = [draw.real([m, 1, n])];
    return [1, -2].map(axis => ({
      about: `axis ${axis}`,
      operands,
      build: (a: Value) => operators.squeeze(a, axis),
      torch: `a.reshape(${m}, ${n})`,
    }));
  },
  Transpose: draw =>
    [2, 3, 4].map(rank => {
      const permutation = draw.permutation(rank);
      return {
        about: `axes ${permutation.join(', ')}`,
        operands: [draw.real(draw.lengths(rank))],
        build: a => operators.transpose(a, permutation),
        torch: `a.permute(${permutation.join(', ')})`,
      };
    }),
  Split: draw => {
    const [m, n] = [draw.length(), draw.length()];
    const [first, second] = [draw.length(), draw.length()];
    return [
      {
        about: 'all pieces used',
        operands: [draw.real([m, 3 * n])],
        build: a => weighed(operators.chunk(a, 1, 3), [0, 1, 2]),
        torch: `sum((i + 1) * x for i, x in enumerate(a.split(${n}, 1)))`,
      },
      {
        about: 'one piece of an axis counted from the end',
        operands: [draw.real([m, first + second, n])],
        build: a => weighed(operators.split(a, -2, [first, second]), [1]),
        torch: `2 * a.split(${list([first, second])}, -2)[1]`,
      },
      {
        about: 'a piece unused in the middle, one used twice',
        operands: [draw.real([3 * m, n])],
        build: a => weighed(operators.chunk(a, 0, 3), [0, 2, 2]),
        torch: `a.split(${m}, 0)[0] + 6 * a.split(${m}, 0)[2]`,
      },
    ];
  },
  Concat: draw => {
    const [m, n, k] = [draw.length(), draw.length(), draw.length()];
    return [
      {
        about: 'three parts',
        operands: [draw.real([m, k]), draw.real([n, k]), draw.real([1, k])],
        build: (a, b, c) => operators.concat([a, b, c], 0),
        torch: 'torch.cat([a, b, c], 0)',
      },
      {
        about: 'a part that comes twice, along the last axis',
        operands: [draw.real([2, m, n]), draw.real([2, m, k])],
        build: (a, b) => operators.concat([a, b, a], -1),
        torch: 'torch.cat([a, b, a], -1)',
      },
    ];
  },
  Slice: draw => {
    const [m, length, n] = [draw.length(), draw.between(3, 5), draw.length()];
    const operands = [draw.real([m, length, n])];
    const bounds = [
      { about: 'inside', start: 1, end: length - 1 },
      { about: 'from the start', start: 0, end: 2 },
      { about: 'to beyond the end', start: 1, end: length + 3 },
      { about: 'counted from the end', start: -2, end: -1 },
      { about: 'from before the start', start: -length - 2, end: length },
    ];
    return bounds.flatMap(({ about, start, end }) =>
      [1, -2].map(axis => ({
        about: `${about}, axis ${axis}`,
        operands,
        build: (a: Value) => operators.slice(a, axis, start, end),
        torch: `a[:, ${start}:${end}]`,
      })),
    );
  },
  Expand: draw => {
    const shape = [draw.between(2, 3), draw.between(2, 3), draw.between(2, 3)];
    const from = draw.broadcast(shape);
    return [
      { about: `[${from.join(', ')}]`, operands: [draw.real(from)], build: a => operators.expand(a, shape), torch: `a.expand(${shape.join(', ')})` },
      {
        about: 'lengths of 1 that keep what is there',
        operands: [draw.real([shape[0] ?? 2, 1])],
        build: a => operators.expand(a, [1, 3]),
        torch: `a.expand(${shape[0] ?? 2}, 3)`,
      },
    ];
  },
};
