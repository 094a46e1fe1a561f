/** The training step of every mechanism beside PyTorch's: same model, batches and settings, 2 threads, in turns. */
import type { Exercise } from './exercise.ts';
import { type Raced, race } from './exercise-race.ts';
import { mechanisms as all } from './mechanism-list.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { geometricMean, median } from './statistics.ts';
import { findTorches } from './torch.ts';

export const mechanisms: Part = {
  name: 'mechanisms',
  about: "one training step of every kind of attention, cell, position and task, beside PyTorch's",
  run: async context => {
    const torches = await findTorches(context);
    const measurements: Measurement[] = [];
    for (const exercise of chosen(all, context)) {
      try {
        const measured = measurementsOf(exercise, await race(exercise, [context.level], torches, context));
        measured.forEach(one => context.print(`  ${lineOf(one)}`));
        measurements.push(...measured);
      } catch (error) {
        // The others are still worth measuring; what is missing is told by the exit code all the same.
        context.print(`  ${exercise.name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
        measurements.push({ name: `step, ${exercise.name}`, unit: 'ms', values: [], limit: { kind: 'budget', most: 0, of: 'median' } });
      }
    }
    for (const line of summaryOf(measurements)) context.print(line);
    return measurements;
  },
};

/** @throws RangeError where a name is none */
export function chosen(exercises: readonly Exercise[], { only }: Pick<BenchContext, 'only'>): readonly Exercise[] {
  if (only === undefined) return exercises;
  const unknown = only.filter(name => !exercises.some(exercise => exercise.name === name));
  if (unknown.length > 0) throw new RangeError(`there is no ${unknown.join(', ')}; there are ${exercises.map(({ name }) => name).join(', ')}`);
  return exercises.filter(({ name }) => only.includes(name));
}

export function measurementsOf({ name, shape }: Pick<Exercise, 'name' | 'shape'>, [ours, ...rivals]: readonly Raced[]): Measurement[] {
  if (ours === undefined) return [];
  const measured = { name: `step, ${name}, ${(ours.parameters / 1e6).toFixed(1)} M parameters, batch ${shape.batch}`, unit: 'ms', values: ours.times } as const;
  if (rivals.length === 0) return [{ ...measured, limit: { kind: 'none' } }];
  return rivals.map(({ name: to, times: theirs }) => ({ ...measured, limit: { kind: 'ratio', most: 1, to, theirs, by: 'median' } }));
}

/** Of each rival: the mean of all ratios, and which are above one. */
export function summaryOf(measurements: readonly Measurement[]): string[] {
  const ratios = measurements.flatMap(one => ratioTo(one) ?? []);
  return [...new Set(ratios.map(({ to }) => to))].map(to => {
    const found = ratios.filter(one => one.to === to);
    const slower = found.filter(({ ratio }) => ratio > 1).map(({ name, ratio }) => `${name} (${ratio.toFixed(2)})`);
    const mean = geometricMean(found.map(({ ratio }) => ratio));
    return `  Of ${to}: ${mean.toFixed(3)}, the geometric mean of ${found.length} ratios; above 1: ${slower.join(', ') || 'none'}.`;
  });
}

function ratioTo({ name, values, limit }: Measurement): { readonly name: string; readonly to: string; readonly ratio: number } | undefined {
  if (limit.kind !== 'ratio') return undefined;
  return { name: name.split(', ')[1] ?? name, to: limit.to, ratio: median(values) / median(limit.theirs) };
}

function lineOf(measurement: Measurement): string {
  const ours = `${measurement.name}: ${median(measurement.values).toFixed(1)} ms`;
  const ratio = ratioTo(measurement);
  return ratio === undefined ? ours : `${ours}, ${ratio.ratio.toFixed(3)} of ${ratio.to}`;
}
