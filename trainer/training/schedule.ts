export interface Schedule {
  /** The highest rate. */
  readonly rate: number;
  /** Steps of linear growth up to it. */
  readonly warmup: number;
  /** Steps of all epochs; the rate falls linearly to zero at the last. */
  readonly total: number;
  /** Ends training before that. */
  readonly cooldown?: Cooldown | undefined;
}

/**
 * A steeper fall to zero that begins where one likes, so that a run can be brought to a good end in the time that is
 * left (Hägele et al. 2024, section 3).
 */
export interface Cooldown {
  /** The step that it begins with. */
  readonly from: number;
  /** Its length; training ends with it. */
  readonly steps: number;
}

/** Learning rate of the step that follows `step` done ones: linear warm-up, linear decay, and the cooldown if there is one. */
export function learningRate(step: number, schedule: Schedule): number {
  const { cooldown } = schedule;
  if (cooldown === undefined || step < cooldown.from) return planned(step, schedule);
  return planned(cooldown.from, schedule) * Math.max(0, (cooldown.from + cooldown.steps - step) / cooldown.steps);
}

/** How many steps a run has in all. */
export function lastStep({ total, cooldown }: Pick<Schedule, 'total' | 'cooldown'>): number {
  return cooldown === undefined ? total : Math.min(total, cooldown.from + cooldown.steps);
}

function planned(step: number, { rate, warmup, total }: Schedule): number {
  if (step < warmup) return (rate * (step + 1)) / warmup;
  return rate * Math.max(0, (total - step) / Math.max(1, total - warmup));
}
