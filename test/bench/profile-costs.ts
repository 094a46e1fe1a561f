/** What ONNX Runtime's profiler wrote, summed up by kinds of operators. */
import * as z from 'zod';

/** Of its many events: the nodes' are told by their operator, a whole run's by its name. */
const eventsSchema = z.array(
  z.object({ name: z.string(), dur: z.number(), args: z.object({ op_name: z.string().optional() }).optional() }),
);

export interface Cost {
  readonly operator: string;
  /** How many there are in a run. */
  readonly count: number;
  /** Milliseconds of a run. */
  readonly time: number;
}

export interface Costs {
  /** The costliest first. */
  readonly operators: readonly Cost[];
  /** Milliseconds of a whole run. */
  readonly run: number;
}

export function costsOf(profile: unknown, runs: number): Costs {
  const sums = new Map<string, { count: number; time: number }>();
  let run = 0;
  for (const { name, dur, args } of eventsSchema.parse(profile)) {
    if (name === 'model_run') run += dur;
    if (!name.endsWith('_kernel_time') || args?.op_name === undefined) continue;
    const sum = sums.get(args.op_name) ?? { count: 0, time: 0 };
    sums.set(args.op_name, { count: sum.count + 1, time: sum.time + dur });
  }
  // The profiler counts microseconds.
  const operators = [...sums].map(([operator, { count, time }]) => ({ operator, count: count / runs, time: time / 1000 / runs }));
  return { operators: operators.sort((one, other) => other.time - one.time), run: run / 1000 / runs };
}

/** @param most how many kinds are shown */
export function costTable({ operators, run }: Costs, most: number): string[] {
  const spent = operators.reduce((sum, { time }) => sum + time, 0);
  const line = (name: string, count: string, time: number): string =>
    `  ${name.padEnd(28)} ${count.padStart(7)} ${time.toFixed(1).padStart(9)} ms ${((100 * time) / run).toFixed(1).padStart(6)} %`;
  return [
    ...operators.slice(0, most).map(({ operator, count, time }) => line(operator, count.toFixed(0), time)),
    line(`all ${operators.length} kinds`, operators.reduce((sum, { count }) => sum + count, 0).toFixed(0), spent),
    line('between operators', '', run - spent),
  ];
}
