import type { Value } from '../value.ts';

export interface CrossEntropy {
  /** Negative log-likelihood of each label, `[rows]`. */
  readonly loss: Value;
  /** Log-probabilities, `[rows, classes]`. */
  readonly logProbabilities: Value;
}

/** Cross-entropy of logits `[rows, classes]` against labels int64 `[rows]`. */
export function crossEntropy(logits: Value, labels: Value): CrossEntropy {
  const [loss, logProbabilities] = logits.graph.node('SoftmaxCrossEntropyLoss', [logits, labels], { reduction: 'none' });
  if (loss === undefined || logProbabilities === undefined) throw new Error('the loss gave no output');
  return { loss, logProbabilities };
}
