/** What ONNX Runtime's own optimization of a training graph is worth: how long it takes to load, and a step. */
import { race } from './exercise-race.ts';
import { mechanisms } from './mechanism-list.ts';
import { chosen } from './mechanisms.ts';
import type { Measurement, Part } from './part.ts';
import type { OptimizationLevel } from './session-options.ts';
import { median } from './statistics.ts';

/** The first is what training asks for. */
const raced: readonly OptimizationLevel[] = ['all', 'basic', 'disabled'];

export const levels: Part = {
  name: 'levels',
  about: "ONNX Runtime's optimization of training graphs: loading and a step at each level, in turns",
  long: true,
  run: async context => {
    const measurements: Measurement[] = [];
    for (const exercise of chosen(mechanisms, context)) {
      const all = await race(exercise, raced, [], context);
      const first = all[0]?.times ?? [];
      for (const { name: level, times, loadMilliseconds = Number.NaN, peakMegabytes } of all) {
        const name = `${exercise.name}, ${level.split(', ').at(-1)}`;
        context.print(`  ${name}: loaded in ${(loadMilliseconds / 1000).toFixed(1)} s, step ${median(times).toFixed(1)} ms, ${peakMegabytes.toFixed(0)} MB`);
        measurements.push(
          { name: `load, ${name}`, unit: 'ms', values: [loadMilliseconds], limit: { kind: 'none' } },
          { name: `step, ${name}`, unit: 'ms', values: times, limit: { kind: 'none' } },
        );
      }
      const ratios = all.slice(1).map(({ name, times }) => `${name.split(', ').at(-1)} ${(median(times) / median(first)).toFixed(3)}`);
      context.print(`  ${exercise.name}, step of ${raced[0]}'s: ${ratios.join(', ')}`);
    }
    return measurements;
  },
};
