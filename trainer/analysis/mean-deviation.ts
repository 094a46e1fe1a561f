/** Of one measure over several seeds or folds. */
export interface MeanDeviation {
  readonly mean: number;
  /** Sample standard deviation, with n − 1 (Bessel's correction); a single value has none. */
  readonly deviation: number | undefined;
  readonly count: number;
}

/** Throws `RangeError` when there are no values. */
export function meanDeviation(values: readonly number[]): MeanDeviation {
  const count = values.length;
  if (count === 0) throw new RangeError('there are no values to take the mean of');
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: count === 1 ? undefined : Math.sqrt(squares / (count - 1)), count };
}

/** "84.1 ± 0.3, n = 3", with so many decimals; "84.1, n = 1" for a single value. */
export function formatMeanDeviation({ mean, deviation, count }: MeanDeviation, decimals = 1): string {
  const spread = deviation === undefined ? '' : ` ± ${deviation.toFixed(decimals)}`;
  return `${mean.toFixed(decimals)}${spread}, n = ${count}`;
}
