import { layerNormalization, logSoftmax, softmax } from '../../operators/normalize.ts';
import type { CasesOf } from './operator-case.ts';

export const normalize: CasesOf<'Softmax' | 'LogSoftmax' | 'LayerNormalization'> = {
  Softmax: draw =>
    [1, 2, 4].map(rank => ({
      about: `rank ${rank}`,
      operands: [draw.real([...draw.lengths(rank - 1), draw.between(2, 5)])],
      build: a => softmax(a),
      torch: 'a.softmax(-1)',
    })),
  LogSoftmax: draw =>
    [1, 2, 4].map(rank => ({
      about: `rank ${rank}`,
      operands: [draw.real([...draw.lengths(rank - 1), draw.between(2, 5)])],
      build: a => logSoftmax(a),
      torch: 'a.log_softmax(-1)',
    })),
  LayerNormalization: draw =>
    [2, 3].map(rank => {
      const features = draw.between(3, 6);
      return {
        about: `rank ${rank}`,
        operands: [draw.real([...draw.lengths(rank - 1), features]), draw.real([features]), draw.real([features])],
        build: (x, gain, bias) => layerNormalization(x, gain, bias),
        torch: `F.layer_norm(a, [${features}], b, c, 1e-5)`,
      };
    }),
};
