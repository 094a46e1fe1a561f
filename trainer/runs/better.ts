/** Which measure a run is judged by, and which way it is better. */

/** What a log calls its measures does not say which way they are better; these are errors. */
const lowerIsBetter = /loss|error|perplexity|likelihood|bitsPerCharacter/i;

export const isLowerBetter = (metric: string): boolean => lowerIsBetter.test(metric);

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
