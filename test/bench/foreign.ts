/** Looking into a model of others: from its file to the first map, and what it costs to look, beside PyTorch's eager attention. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import { tensorOf } from '../../trainer/foreign/numbers.ts';
import { onnxGraph } from '../../trainer/foreign/onnx-graph.ts';
import { TappedGraph } from '../../trainer/foreign/tapped-graph.ts';
import { openOnnx } from '../../trainer/onnx/open.ts';
import { Contestant } from './contestant.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { inTurns, stopping } from './race.ts';
import { median } from './statistics.ts';
import { type EncoderSizes, encoderParameters, writeRandomEncoder } from './random-encoder.ts';
import { withTemporaryFolder } from './temporary.ts';
import { findTorches, startTorches, type Torch } from './torch.ts';

/** Sizes of models that people use: MiniLM, BERT base. The tiny one is for trying this out. */
const encoders: Readonly<Record<string, EncoderSizes>> = {
  tiny: { vocabulary: 500, positions: 64, width: 32, layers: 2, heads: 4, inner: 64 },
  minilm: { vocabulary: 30_522, positions: 512, width: 384, layers: 6, heads: 12, inner: 1536 },
  base: { vocabulary: 30_522, positions: 512, width: 768, layers: 12, heads: 12, inner: 3072 },
};
const lengths = [128, 512] as const;

export const foreign: Part = {
  name: 'foreign',
  about: "a model of others: opening it, finding and reading attention, by size; a run with the visible layer's attention beside one without, and PyTorch's eager one",
  run: async context => {
    const torches = await findTorches(context);
    const measurements: Measurement[] = [];
    for (const [name, sizes] of Object.entries(encoders)) {
      if (!(context.only ?? ['minilm', 'base']).includes(name)) continue;
      await withTemporaryFolder(async folder => {
        await writeRandomEncoder(folder, sizes);
        measurements.push(...(await firstMap(name, folder, context)));
        for (const tokens of lengths) {
          if (tokens <= sizes.positions || name === 'tiny') measurements.push(...(await race(name, folder, sizes, Math.min(tokens, sizes.positions), torches, context)));
        }
      });
    }
    return measurements;
  },
};

/** Each step from the file to the first map. */
async function firstMap(name: string, folder: string, { runs }: BenchContext): Promise<Measurement[]> {
  const file = join(folder, 'model.onnx');
  const size = (await stat(file)).size + (await stat(join(folder, 'model.safetensors'))).size;
  const times = { 'open and find': [] as number[], 'patch and load': [] as number[], 'first map': [] as number[] };
  for (let run = 0; run < Math.max(3, Math.round(runs / 10)); run++) {
    const begin = performance.now();
    const source = await onnxGraph(await openOnnx(file));
    const found = performance.now();
    const graph = await TappedGraph.open(source, { threads: 1 }, source.layers.slice(0, 1));
    const loaded = performance.now();
    const feeds = Object.fromEntries(source.inputs.map(({ name: input, type }) => [input, tensorOf(graph.runtime, type, new Float32Array(12).fill(1), [1, 12])]));
    await graph.run(feeds, [], source.layers.slice(0, 1));
    const shown = performance.now();
    await graph.release();
    times['open and find'].push(found - begin);
    times['patch and load'].push(loaded - found);
    times['first map'].push(shown - loaded);
  }
  const megabytes = (size / 1e6).toFixed(0);
  return Object.entries(times).map(([step, values]) => ({
    name: `${name}, ${megabytes} MB: ${step}`, unit: 'ms', values, limit: step === 'open and find' ? { kind: 'budget', most: 300, of: 'median' } : { kind: 'none' },
  }));
}

/** Runs without attention, with that of one layer, with that of all, and PyTorch's, which gives all. */
async function race(name: string, folder: string, sizes: EncoderSizes, tokens: number, torches: readonly Torch[], { runs, print }: BenchContext): Promise<Measurement[]> {
  const threads = 2;
  const parameters = encoderParameters(sizes);
  const all = Array.from({ length: sizes.layers }, (_, layer) => layer);
  const ours: Contestant[] = [];
  const started: Contestant[] = [];
  try {
    for (const [label, layers] of [['without attention', []], ['one layer’s', [Math.floor(sizes.layers / 2)]], ['all layers’', all]] as const) {
      const plan = { file: join(folder, 'model.onnx'), layers, threads, tokens, parameters };
      const contestant = await Contestant.start(label, process.execPath, ['--import', 'tsx', underRoot('test/bench/foreign-ours.ts'), JSON.stringify(plan)]);
      ours.push(contestant);
      started.push(contestant);
    }
    const [without] = ours;
    if (without !== undefined) started.push(...(await startTorches(torches, 'bench_encoder.py', [JSON.stringify({ ...sizes, threads, tokens })], without, print)));
    await inTurns(started, 3, (_, count) => ({ count })); // warm
    const times = await inTurns(started, runs, (_, count) => ({ count }));
    const [plain, one, every, ...rivals] = started;
    const timesOf = (contestant: Contestant | undefined): readonly number[] => (contestant === undefined ? [] : (times.get(contestant) ?? []));
    const title = (what: string): string => `${name}, ${tokens} tokens: ${what}`;
    const to = { kind: 'ratio', to: 'a run without attention', theirs: timesOf(plain), by: 'median' } as const;
    for (const contestant of started) await contestant.stop();
    print(`  ${title('all layers’ attention')}: ${(median(timesOf(every)) / median(timesOf(plain))).toFixed(2)} of a run without`);
    return [
      { name: title('one layer’s attention'), unit: 'ms', values: timesOf(one), limit: { ...to, most: 1.05 } },
      ...(rivals.length > 0 ? [] : [{ name: title('all layers’ attention'), unit: 'ms', values: timesOf(every), limit: { kind: 'none' } } as const]),
      ...rivals.map((rival): Measurement => ({ name: title('all layers’ attention'), unit: 'ms', values: timesOf(every), limit: { kind: 'ratio', most: 1, to: `${rival.name}, eager`, theirs: timesOf(rival), by: 'median' } })),
    ];
  } catch (thrown) {
    return stopping(started)(thrown);
  }
}
