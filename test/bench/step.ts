/** The training step beside PyTorch's: forward, backward, clipping, AdamW, dropout; 2 threads; in turns. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import { sharedPool } from '../../trainer/training/allocator.ts';
import { Contestant } from './contestant.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { inTurns, raceMeasurements, stopping } from './race.ts';
import { makeStepPlan, type StepPlan } from './step-plan.ts';
import { withTemporaryFolder } from './temporary.ts';
import { findTorches, startTorches } from './torch.ts';

export const step: Part = {
  name: 'step',
  about: "one training step, and the same over real lengths, beside PyTorch's; peak memory over all buckets",
  run: async context => {
    const torches = await findTorches(context);
    const plan = await makeStepPlan(context.runs);
    context.print(`Lengths as in training: ${plan.lengths}.`);
    return withTemporaryFolder(async folder => {
      const file = join(folder, 'plan.json');
      writeFileSync(file, JSON.stringify(plan));
      const measurements: Measurement[] = [];
      for (const model of Object.keys(plan.models)) {
        context.print(`${model}: building the training graphs of all buckets …`);
        const child = ['--import', 'tsx', underRoot('test/bench/step-ours.ts'), file, model, context.level];
        const ours = await Contestant.start('our trainer', process.execPath, child, { ...process.env, ...sharedPool });
        context.print(`  Built and loaded in ${((ours.ready.loadMilliseconds ?? Number.NaN) / 1000).toFixed(1)} s, optimized as "${context.level}" says.`);
        const rivals = await startTorches(torches, 'bench_step.py', [file, model], ours, context.print).catch(stopping([ours]));
        const all = [ours, ...rivals];
        measurements.push(...(await raceAll(model, all, plan, context).catch(stopping(all))));
      }
      return measurements;
    });
  },
};

async function raceAll(model: string, all: readonly Contestant[], plan: StepPlan, { runs, print }: BenchContext): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const size = `${model}, ${((all[0]?.ready.parameters ?? 0) / 1e6).toFixed(1)} M parameters`;
  // Every bucket at its fullest, first: it warms all of them, and shows the most memory there can be.
  for (const contestant of all) await contestant.measure({ set: 'everyBucket', from: 0, count: plan.sets.everyBucket.length });
  const sets = [
    { set: 'equal', by: 'median', name: `step, ${size}, 64 × 16 → 16 tokens` },
    { set: 'mixed', by: 'total', name: `step, ${size}, lengths as in training` },
  ] as const;
  for (const { set, by, name } of sets) {
    const times = await inTurns(all, runs, (from, count) => ({ set, from, count }));
    measurements.push(...raceMeasurements(name, times, { most: 1, by }));
  }
  for (const [index, contestant] of all.entries()) {
    const { peakMegabytes } = await contestant.measure({ set: 'equal', from: 0, count: 0 });
    await contestant.stop();
    if (index > 0) print(`  ${contestant.name} held at most ${peakMegabytes.toFixed(0)} MB.`);
    else measurements.push({
      name: `training process, ${model}, all buckets`, unit: 'MB', values: [peakMegabytes], limit: { kind: 'budget', most: 2_048, of: 'value' },
    });
  }
  return measurements;
}
