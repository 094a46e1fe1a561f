/** How much of what the machine can do a training step reaches: products of matrices a second, beside torch.mm's best. */
import { underRoot } from '../../scripts/root.ts';
import { productFlops } from '../../trainer/graph/flops.ts';
import { BuiltStep } from '../../trainer/training/bucketed-step.ts';
import { Contestant } from './contestant.ts';
import { type Exercise, settings, stepModelOf } from './exercise.ts';
import { startOurs } from './exercise-race.ts';
import { mechanisms } from './mechanism-list.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { inTurns, stopping } from './race.ts';
import { median } from './statistics.ts';
import { withTemporaryFolder } from './temporary.ts';
import { findTorches, type Torch } from './torch.ts';

/** A product small enough for the caches, and the largest of the step: all hidden states of a batch by the vocabulary. */
const products = [
  { rows: 512, inner: 512, columns: 512 },
  { rows: 2_048, inner: 256, columns: 8_000 },
] as const;

export const peak: Part = {
  name: 'peak',
  about: "the share of the machine's matrix products a second that the Transformer's training step reaches",
  run: async context => {
    const exercise = mechanisms.find(({ name }) => name === 'transformer');
    const [torch] = await findTorches(context);
    if (exercise === undefined || torch === undefined) {
      context.print('  Without PyTorch there is nothing to take the peak from.');
      return [];
    }
    return withTemporaryFolder(folder => measure(exercise, torch, folder, context));
  },
};

async function measure(exercise: Exercise, torch: Torch, folder: string, { runs, level, print }: BenchContext): Promise<Measurement[]> {
  const all: Contestant[] = [];
  const race = async (): Promise<Measurement[]> => {
    const ours = await startOurs(exercise, level, folder);
    all.push(ours);
    // One process a size: each is a contestant, and takes its turn.
    const rivals = new Map<Contestant, (typeof products)[number]>();
    for (const product of products) {
      const rival = await Contestant.start(`${torch.label}, torch.mm`, torch.python, [underRoot('test', 'torch', 'bench_peak.py'), String(settings.threads)]);
      rivals.set(rival, product);
      all.push(rival);
    }
    await inTurns(all, 3, (from, count, contestant) => ({ from, count, ...rivals.get(contestant) }));
    const times = await inTurns(all, runs, (from, count, contestant) => ({ from, count, ...rivals.get(contestant) }));
    const flops = productFlops(BuiltStep.of(stepModelOf(exercise), 0, { ...settings, guided: 0 }).graph);
    const reached = perSecond(flops, times.get(ours) ?? []);
    const peaks = [...rivals].map(([rival, { rows, inner, columns }]) => ({
      name: `torch.mm, ${rows} × ${inner} × ${columns}`,
      values: perSecond(2 * rows * inner * columns, times.get(rival) ?? []),
    }));
    const most = Math.max(...peaks.map(({ values }) => median(values)));
    const share = reached.map(value => (100 * value) / most);
    print(`  ${(flops / 1e9).toFixed(1)} GFLOP a step at ${median(reached).toFixed(1)} GFLOP/s: ${median(share).toFixed(0)} % of ${most.toFixed(1)}.`);
    return [
      ...peaks.map(one => ({ ...one, unit: 'GFLOP/s', limit: { kind: 'none' } }) as const),
      { name: `step, ${exercise.name}, its products alone counted`, unit: 'GFLOP/s', values: reached, limit: { kind: 'none' } },
      { name: 'share of the better torch.mm', unit: '%', values: share, limit: { kind: 'none' } },
    ];
  };
  const measured = await race().catch(stopping(all));
  for (const contestant of all) await contestant.stop();
  return measured;
}

/** GFLOP/s of each run. */
function perSecond(flops: number, milliseconds: readonly number[]): number[] {
  return milliseconds.map(time => flops / 1e6 / time);
}
