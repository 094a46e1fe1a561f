import { add, exp, mul } from '../../operators/elementwise.ts';
import { crossEntropy } from '../../operators/loss.ts';
import { mean, sum } from '../../operators/reduce.ts';
import { expand } from '../../operators/shape.ts';
import { smoothedCrossEntropy } from '../../../models/smoothed-cross-entropy.ts';
import type { CasesOf } from './operator-case.ts';

export const loss: CasesOf<'SoftmaxCrossEntropyLoss'> = {
  SoftmaxCrossEntropyLoss: draw => {
    const [rows, classes] = [draw.between(1, 5), draw.between(2, 5)];
    const logits = draw.real([rows, classes]);
    const labels = draw.rows([rows], classes);
    const weights = draw.positive([rows]);
    const operands = [logits, labels];
    const negative = "F.cross_entropy(a, b, reduction='none')";
    return [
      { about: 'the loss alone', operands, build: (x, y) => crossEntropy(x, y).loss, torch: negative },
      { about: 'log-probabilities alone', operands, build: (x, y) => crossEntropy(x, y).logProbabilities, torch: 'a.log_softmax(-1)' },
      {
        about: 'loss and log-probabilities, each class for itself',
        operands,
        build: (x, y) => {
          const both = crossEntropy(x, y);
          return add(both.loss, mean(exp(both.logProbabilities), [0, 1], { keepAxes: false }));
        },
        torch: `${negative} + a.softmax(-1).mean()`,
      },
      {
        about: 'log-probabilities summed over classes, over rows and over both',
        operands,
        build: (x, y) => {
          const { loss: own, logProbabilities } = crossEntropy(x, y);
          const [byRow, byClass, all] = [[1], [0], [0, 1]].map(axes => sum(logProbabilities, axes, { keepAxes: true }));
          if (byRow === undefined || byClass === undefined || all === undefined) throw new Error('a sum is missing');
          return add(mul(sum(own, [0]), mul(all, 0.1)), add(byRow, mul(byClass, byClass)));
        },
        torch: `(lambda l: ${negative}.sum() * 0.1 * l.sum() + l.sum(1, keepdim=True) + l.sum(0, keepdim=True) ** 2)(a.log_softmax(-1))`,
      },
      {
        about: 'log-probabilities summed over rows alone: the gradient is one row, repeated',
        operands,
        build: (x, y) => sum(crossEntropy(x, y).logProbabilities, [0]),
        torch: 'a.log_softmax(-1).sum(0, keepdim=True)',
      },
      {
        about: 'log-probabilities summed over everything: the gradient is one number, repeated',
        operands,
        build: (x, y) => sum(crossEntropy(x, y).logProbabilities, [0, 1], { keepAxes: false }),
        torch: 'a.log_softmax(-1).sum()',
      },
      {
        about: 'label smoothing, rows weighed',
        operands: [logits, labels, weights],
        build: (x, y, w) => smoothedCrossEntropy(x, y, w, 0.1).loss,
        torch: `(c * F.cross_entropy(a, b, reduction='none', label_smoothing=0.1)).sum()`,
      },
      {
        about: 'a loss that was repeated',
        operands,
        build: (x, y) => expand(crossEntropy(x, y).loss, [2, rows]),
        torch: `${negative}.expand(2, ${rows})`,
      },
    ];
  },
};
