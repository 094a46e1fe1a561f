/** The training step beside PyTorch's: forward, backward, clipping, AdamW, dropout; 2 threads; rounds in turn. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import { sharedPool } from '../../trainer/training/allocator.ts';
import { Contestant } from './contestant.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { inTurns, raceMeasurements } from './race.ts';
import { makeStepPlan, type StepPlan } from './step-plan.ts';
import { withTemporaryFolder } from './temporary.ts';
import { findTorches, type Torch, warnUnlessFair } from './torch.ts';

export const step: Part = {
  name: 'step',
  about: "one training step, and the same over real lengths, beside PyTorch's; peak memory over all buckets",
  run: async context => {
    const { runs, print } = context;
    const torches = await findTorches(context);
    const plan = await makeStepPlan(runs);
    return withTemporaryFolder(async folder => {
      const file = join(folder, 'plan.json');
      writeFileSync(file, JSON.stringify(plan));
      print(`Mixed lengths: ${plan.lengths}.`);
      print('Building the training graphs of all buckets …');
      const child = ['--import', 'tsx', underRoot('test/bench/step-ours.ts'), file];
      const ours = await Contestant.start('our trainer', process.execPath, child, { ...process.env, ...sharedPool });
      return raceAll(ours, torches, file, plan, context);
    });
  },
};

async function raceAll(
  ours: Contestant,
  torches: readonly Torch[],
  file: string,
  plan: StepPlan,
  { runs, print }: BenchContext,
): Promise<Measurement[]> {
  const rivals: Contestant[] = [];
  for (const { python, label } of torches) {
    const rival = await Contestant.start(label, python, [underRoot('test/torch/bench_step.py'), file]);
    rivals.push(rival);
    warnUnlessFair(label, rival.ready.blas, print);
  }
  const measurements: Measurement[] = [];
  for (const model of Object.keys(plan.models)) {
    const parameters = ours.ready.parameters[model];
    const size = `${((parameters ?? 0) / 1e6).toFixed(1)} M parameters`;
    print(`${model}: ${size}, ONNX Runtime ${ours.ready.version}`);
    const odd = rivals.find(({ ready }) => ready.parameters[model] !== parameters && ready.parameters[model] !== undefined);
    // PyTorch's attention and decoder have the biases that ours have, so that the numbers of parameters agree.
    if (odd !== undefined) throw new Error(`${odd.name} trains ${odd.ready.parameters[model]} parameters, we train ${parameters}`);
    const all = [ours, ...rivals];
    for (const contestant of all) await contestant.measure({ model, set: 'everyBucket', from: 0, count: plan.sets.everyBucket.length });
    const sets = [
      { set: 'equal', by: 'median', name: `step, ${model} ${size}, 64 × 16 → 16 tokens` },
      { set: 'mixed', by: 'total', name: `step, ${model} ${size}, lengths as in training` },
    ] as const;
    for (const { set, by, name } of sets) {
      const times = await inTurns(all, runs, (from, count) => ({ model, set, from, count }));
      measurements.push(...raceMeasurements(name, times, { most: 1, by }));
    }
  }
  let peakMegabytes = 0;
  for (const contestant of [ours, ...rivals]) {
    const peak = (await contestant.measure({ model: 'gru', set: 'equal', from: 0, count: 0 })).peakMegabytes;
    print(`${contestant.name}: peak memory ${peak.toFixed(0)} MB`);
    if (contestant === ours) peakMegabytes = peak;
    await contestant.stop();
  }
  const memory: Measurement = {
    name: 'peak memory of the training process, all buckets', unit: 'MB', values: [peakMegabytes],
    limit: { kind: 'budget', most: 2_048, of: 'value' },
  };
  return [...measurements, memory];
}
