import { fusedMatmul, gemm, matmul } from '../../operators/linear.ts';
import type { Value } from '../../value.ts';
import type { CasesOf, Draw, OperatorCase } from './operator-case.ts';

const flips = [
  { transA: false, transB: false },
  { transA: true, transB: false },
  { transA: false, transB: true },
  { transA: true, transB: true },
] as const;

const swap = (lengths: readonly [number, number], flipped: boolean): number[] => (flipped ? [...lengths].reverse() : [...lengths]);

/** Every combination of transposes with every kind of broadcast batch. */
function batched(draw: Draw, transposes: readonly (typeof flips)[number][], build: (flip: (typeof flips)[number]) => (a: Value, b: Value) => Value, alpha: number): OperatorCase[] {
  const [m, k, n, outer, inner] = [draw.length(), draw.length(), draw.length(), draw.between(2, 3), draw.between(2, 3)];
  const batches = [
    { about: 'plain matrices', left: [], right: [] },
    { about: 'batched', left: [outer, inner], right: [outer, inner] },
    { about: 'left shared by the batch', left: [], right: [outer, inner] },
    { about: 'right shared by the batch', left: [outer, inner], right: [] },
    { about: 'each broadcast along another axis', left: [outer, 1], right: [1, inner] },
    { about: 'left of length 1', left: [1], right: [inner] },
    { about: 'right of lower rank', left: [outer, inner], right: [inner] },
  ];
  return transposes.flatMap(flip =>
    batches.map(({ about, left, right }) => ({
      about: `${about}${flip.transA ? ', Aᵀ' : ''}${flip.transB ? ', Bᵀ' : ''}`,
      operands: [
        draw.real([...left, ...swap([m, k], flip.transA)]),
        draw.real([...right, ...swap([k, n], flip.transB)]),
      ],
      build: build(flip),
      torch: `${alpha} * (${flip.transA ? 'a.transpose(-1, -2)' : 'a'} @ ${flip.transB ? 'b.transpose(-1, -2)' : 'b'})`,
    })),
  );
}

export const linear: CasesOf<'Gemm' | 'MatMul' | 'FusedMatMul'> = {
  Gemm: draw => {
    const [m, k, n] = [draw.between(2, 4), draw.length(), draw.between(2, 4)];
    const biases = [undefined, [n], [m, n], [m, 1], [1, n], [1], []];
    return flips.flatMap(flip =>
      biases.map(bias => ({
        about: `${bias === undefined ? 'no bias' : `bias [${bias.join(', ')}]`}${flip.transA ? ', Aᵀ' : ''}${flip.transB ? ', Bᵀ' : ''}`,
        operands: [
          draw.real(swap([m, k], flip.transA)),
          draw.real(swap([k, n], flip.transB)),
          ...(bias === undefined ? [] : [draw.real(bias)]),
        ],
        build: (a: Value, b: Value, c?: Value) => gemm(a, b, c, { ...flip, alpha: 1.5 }),
        torch: `1.5 * (${flip.transA ? 'a.T' : 'a'} @ ${flip.transB ? 'b.T' : 'b'})${bias === undefined ? '' : ' + c'}`,
      })),
    );
  },
  MatMul: draw => batched(draw, flips.slice(0, 1), () => matmul, 1),
  FusedMatMul: draw => batched(draw, flips, flip => (a, b) => fusedMatmul(a, b, { ...flip, alpha: 0.5 }), 0.5),
};
