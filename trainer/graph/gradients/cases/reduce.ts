import { mean, sum } from '../../operators/reduce.ts';
import { type CasesOf, type Draw, list, type OperatorCase } from './operator-case.ts';

function reduction(build: typeof sum, torch: string) {
  return (draw: Draw): OperatorCase[] =>
    [[0], [1, 2], [-1], [0, -1], [0, 1, 2]].flatMap(axes =>
      [true, false].map(keepAxes => ({
        about: `axes ${axes.join(', ')}${keepAxes ? ' kept' : ''}`,
        operands: [draw.real(draw.lengths(3))],
        build: a => build(a, axes, { keepAxes }),
        torch: `a.${torch}(${list(axes)}, keepdim=${keepAxes ? 'True' : 'False'})`,
      })),
    );
}

export const reduce: CasesOf<'ReduceSum' | 'ReduceMean'> = {
  ReduceSum: reduction(sum, 'sum'),
  ReduceMean: reduction(mean, 'mean'),
};
