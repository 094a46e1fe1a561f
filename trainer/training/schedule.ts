import type { ScheduleConfig } from './schedule-config.ts';

export interface ScheduleSettings {
  /** The highest rate. */
  readonly rate: number;
  /** Steps of linear growth up to it; one-cycle has its own growth instead. */
  readonly warmup: number;
  /** Steps of all epochs; a last epoch may have a few more. */
  readonly total: number;
  /** The linear one where none is given. */
  readonly schedule?: ScheduleConfig;
}

/** Learning rate of the step that follows `step` done ones. */
export function learningRate(step: number, { rate, warmup, total, schedule = { kind: 'linear' } }: ScheduleSettings): number {
  if (schedule.kind === 'one-cycle') return rate * oneCycle(step, total, schedule);
  if (step < warmup) return (rate * (step + 1)) / warmup;
  return rate * shareAfterWarmup(step, warmup, total, schedule);
}

type OneCycle = Extract<ScheduleConfig, { kind: 'one-cycle' }>;

/** What is left of the peak rate once it was reached. */
function shareAfterWarmup(step: number, warmup: number, total: number, schedule: Exclude<ScheduleConfig, OneCycle>): number {
  const since = step - warmup;
  const done = step < total ? since / (total - warmup) : 1;
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'linear':
      return 1 - done;
    case 'step':
      return schedule.factor ** Math.floor(since / schedule.every);
    case 'cosine':
      return between(1, schedule.floor, cosine(done));
    case 'inverse-sqrt':
      // Steps count from 1 (Vaswani et al. 2017, equation 3, over its value at the last step of the warm-up).
      return Math.sqrt(Math.max(1, warmup) / (step + 1));
  }
}

/** Share of the peak rate; the first step has `start`, the last one `end` (Smith & Topin 2018, section 3). */
function oneCycle(step: number, total: number, { start, peakAt, end, curve }: OneCycle): number {
  const bend = curve === 'cosine' ? cosine : straight;
  const [peak, last] = [Math.max(0, peakAt * total - 1), total - 1];
  if (step < peak) return between(start, 1, bend(step / peak));
  return between(1, end, bend(step < last ? (step - peak) / (last - peak) : 1));
}

const between = (from: number, to: number, done: number): number => from + (to - from) * done;
const straight = (done: number): number => done;
/** From 0 to 1, level at both ends. */
const cosine = (done: number): number => (1 - Math.cos(Math.PI * done)) / 2;
