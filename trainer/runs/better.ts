/** Which measure a run is judged by, and which way it is better. */

/** Words of a measure's name by which it is an error, whoever logs it; the same in media/python. */
export const lowerIsBetter: ReadonlySet<string> = new Set([
  'loss', 'losses', 'error', 'errors', 'err', 'cost', 'regret', 'distance', 'divergence',
  'perplexity', 'ppl', 'likelihood', 'nll', 'entropy', 'crossentropy', 'ce', 'bce', 'kl', 'bits', 'bpc', 'bpb', 'bpw',
  'wer', 'cer', 'ter', 'ser', 'der', 'eer', 'aer',
  'mae', 'mape', 'smape', 'mse', 'msle', 'rmse', 'nrmse', 'rmsle', 'hinge', 'logcosh',
  'brier', 'ece', 'fid',
]);

/** "validation/valRMSE" is "validation", "val", "RMSE". */
const words = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

export const isLowerBetter = (metric: string): boolean => (metric.match(words) ?? []).some(word => lowerIsBetter.has(word.toLowerCase()));

/** The best of a measure's finite values; NaN of none. */
export function bestOf(metric: string, values: Iterable<number>): number {
  const better = isLowerBetter(metric) ? Math.min : Math.max;
  let best = Number.NaN;
  for (const value of values) {
    if (Number.isFinite(value)) best = Number.isNaN(best) ? value : better(best, value);
  }
  return best;
}

/** The first of a task's own measures; perplexity where it has none. @param curves of validations, as `validation/bleu` */
export function judgedBy(curves: readonly string[]): string | undefined {
  const own = curves.find(name => !['validation/likelihood', 'validation/perplexity'].includes(name));
  return own ?? curves.find(name => name === 'validation/perplexity') ?? curves[0];
}
