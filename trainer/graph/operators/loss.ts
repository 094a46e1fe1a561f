import type { Value } from '../value.ts';

export interface CrossEntropy {
  /** Negative log-likelihood of each label, `[rows]`; 0 where the label is ignored. */
  readonly loss: Value;
  /** Log-probabilities, `[rows, classes]`. */
  readonly logProbabilities: Value;
}

/** Cross-entropy of logits `[rows, classes]` against labels int64 `[rows]`; rows labelled `ignore` count nothing. */
export function crossEntropy(logits: Value, labels: Value, ignore?: number): CrossEntropy {
  const attributes = ignore === undefined ? ({ reduction: 'none' } as const) : ({ reduction: 'none', ignore_index: ignore } as const);
  const [loss, logProbabilities] = logits.graph.node('SoftmaxCrossEntropyLoss', [logits, labels], attributes);
  if (loss === undefined || logProbabilities === undefined) throw new Error('the loss gave no output');
  return { loss, logProbabilities };
}
