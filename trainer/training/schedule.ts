export interface Schedule {
  /** The highest rate. */
  readonly rate: number;
  /** Steps of linear growth up to it. */
  readonly warmup: number;
  /** Steps of all epochs; the rate falls linearly to zero at the last. */
  readonly total: number;
}

/** Learning rate of the step that follows `step` done ones: linear warm-up, linear decay. */
export function learningRate(step: number, { rate, warmup, total }: Schedule): number {
  if (step < warmup) return (rate * (step + 1)) / warmup;
  return rate * Math.max(0, (total - step) / Math.max(1, total - warmup));
}
