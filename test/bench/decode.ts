/** Greedy decoding with attention beside PyTorch's: 12 → 12 tokens, the bundled model's size, random weights. */
import { underRoot } from '../../scripts/root.ts';
import { writeRandomCheckpoint } from '../../trainer/checkpoints/checkpoint.fixture.ts';
import { Contestant } from './contestant.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { inTurns, raceMeasurements, stopping } from './race.ts';
import { withTemporaryFolder } from './temporary.ts';
import { findTorches, startTorches, type Torch } from './torch.ts';

const architecture = { vocabulary: 6_000, embedding: 256, hidden: 384, attention: 256 };
const steps = 12;
/** Any twelve tokens, the end token last. */
const source = [...Array.from({ length: steps - 1 }, (_, index) => 500 + 37 * index), 2];

export const decode: Part = {
  name: 'decode',
  about: "greedy decoding of 12 → 12 tokens with attention, beside PyTorch's; one thread and two",
  run: async context => {
    const torches = await findTorches(context);
    return withTemporaryFolder(async folder => {
      // It never wants to end: the race's own limit ends it.
      await writeRandomCheckpoint(folder, { ...architecture, precision: 'int8', scale: 1, ending: -1_000 });
      const measurements: Measurement[] = [];
      for (const threads of [1, 2]) measurements.push(...(await raceWith(threads, folder, torches, context)));
      return measurements;
    });
  },
};

async function raceWith(threads: number, folder: string, torches: readonly Torch[], context: BenchContext): Promise<Measurement[]> {
  const times = await raceDecoders({ folder, architecture, threads, source, start: 1, steps }, torches, context);
  const name = `greedy decode 12 → 12 tokens, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
  return raceMeasurements(name, times, { most: 0.75, by: 'median' });
}

/** What both sides decode. */
export interface DecodePlan {
  /** Of our checkpoint. */
  readonly folder: string;
  /** What the other side is to build, of random weights. */
  readonly architecture: object;
  readonly threads: number;
  /** Token ids, the end token last. */
  readonly source: readonly number[];
  readonly start: number;
  readonly steps: number;
}

/** Milliseconds of each greedy decoding, ours first; they have ended by then. */
export async function raceDecoders(
  decoded: DecodePlan,
  torches: readonly Torch[],
  { runs, print }: BenchContext,
): Promise<ReadonlyMap<Contestant, readonly number[]>> {
  const plan = JSON.stringify(decoded);
  const ours = await Contestant.start('our decoder', process.execPath, ['--import', 'tsx', underRoot('test/bench/decode-ours.ts'), plan]);
  const all = [ours, ...(await startTorches(torches, 'bench_decode.py', [plan], ours, print).catch(stopping([ours])))];
  const race = async (): Promise<ReadonlyMap<Contestant, readonly number[]>> => {
    await inTurns(all, 20, (_, count) => ({ count })); // warm
    return inTurns(all, runs, (_, count) => ({ count }));
  };
  const times = await race().catch(stopping(all));
  for (const contestant of all) await contestant.stop();
  return times;
}
