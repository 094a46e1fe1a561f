/**
 * What a longer text or a larger batch costs: training steps, their memory, and decoding, of a recurrent translator and a
 * Transformer, each beside PyTorch's. Writes the figures into performance.md, between its markers, and the pictures beside it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import { writeRandomCheckpoint } from '../../trainer/checkpoints/checkpoint.fixture.ts';
import type { BatchShape } from '../../trainer/models/training-graph.ts';
import { renderLineChart } from '../../trainer/render/line-chart.ts';
import { type Curve, type CurveSeries, pageWith } from './curves-page.ts';
import { raceDecoders } from './decode.ts';
import { race } from './exercise-race.ts';
import { recurrent } from './mechanism-list.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { writeRandomTransformer } from './random-transformer.ts';
import { median, quantile } from './statistics.ts';
import { transformerOfBench as transformer } from './step-plan.ts';
import { withTemporaryFolder } from './temporary.ts';
import { findTorches, type Torch } from './torch.ts';

/** Which points there are. */
export interface Range {
  /** Tokens of source and target, at a batch of 64. */
  readonly lengths: readonly number[];
  /** Texts of a batch, at 16 → 16 tokens. */
  readonly batches: readonly number[];
  /** Tokens of a source that is decoded from. */
  readonly sources: readonly number[];
}

const wholeRange: Range = { lengths: [8, 16, 24, 32, 40, 48], batches: [8, 16, 32, 64, 128], sources: [8, 16, 32, 64, 128, 256] };

const models = [
  { name: 'GRU', architecture: recurrent },
  { name: 'Transformer', architecture: transformer },
] as const;

export const curves: Part = {
  name: 'curves',
  about: "training and decoding by length and by batch, beside PyTorch's; writes docs/performance.md and its pictures",
  long: true,
  run: context => curvesOver(wholeRange, context),
};

export async function curvesOver(range: Range, context: BenchContext): Promise<Measurement[]> {
  const torches = await findTorches(context);
  const byLength = await stepsOver(range.lengths, length => ({ batch: 64, source: length, target: length }), torches, context);
  const byBatch = await stepsOver(range.batches, batch => ({ batch, source: 16, target: 16 }), torches, context);
  const decoded = await decodingOver(range.sources, torches, context);
  const [length, batch] = ['tokens of source and target, 64 texts a batch', 'texts of a batch, 16 → 16 tokens'];
  const drawn: Curve[] = [
    { file: 'step-length', title: 'A training step by length', x: length, y: 'milliseconds a step', series: byLength.times },
    { file: 'memory-length', title: "A training's memory by length", x: length, y: 'most megabytes that its process held', series: byLength.memory },
    { file: 'step-batch', title: 'A training step by batch', x: batch, y: 'milliseconds a step', series: byBatch.times },
    { file: 'memory-batch', title: "A training's memory by batch", x: batch, y: 'most megabytes that its process held', series: byBatch.memory },
    { file: 'decode', title: 'Greedy decoding by length', x: 'tokens of the source', y: 'milliseconds a written token', series: decoded },
  ];
  write(drawn, context);
  return drawn.flatMap(curve => curve.series.flatMap(({ name, points }) => points.map(({ x, y }): Measurement => ({
    name: `${curve.file}, ${name}, ${x}`, unit: curve.file.startsWith('memory') ? 'MB' : 'ms', values: [y], limit: { kind: 'none' },
  }))));
}

interface Steps {
  readonly times: readonly CurveSeries[];
  readonly memory: readonly CurveSeries[];
}

async function stepsOver(values: readonly number[], shapeOf: (value: number) => BatchShape, torches: readonly Torch[], context: BenchContext): Promise<Steps> {
  const [times, memory] = [new Lines(), new Lines()];
  for (const { name, architecture } of models) {
    for (const value of values) {
      const all = await race({ name, architecture, shape: shapeOf(value) }, [context.level], torches, context);
      for (const [index, raced] of all.entries()) {
        const line = lineOf(name, index, raced);
        times.add(line, pointOf(value, raced.times));
        memory.add(line, { x: value, y: raced.peakMegabytes });
        context.print(`  ${line}, ${value}: ${median(raced.times).toFixed(1)} ms a step, ${raced.peakMegabytes.toFixed(0)} MB`);
      }
    }
  }
  return { times: times.series, memory: memory.series };
}

/** Tokens that are written, whatever the source. */
const written = 16;

/** The bundled model's size. */
const sizes = { vocabulary: 6_000, embedding: 256, hidden: 384, attention: 256 };

/** Greedy decoding by one thread, as the worker does it. */
async function decodingOver(sources: readonly number[], torches: readonly Torch[], context: BenchContext): Promise<readonly CurveSeries[]> {
  return withTemporaryFolder(async folder => {
    const decoders = [
      { name: 'GRU', folder: join(folder, 'gru'), architecture: sizes },
      { name: 'Transformer', folder: join(folder, 'transformer'), architecture: { ...transformer, vocabulary: sizes.vocabulary } },
    ] as const;
    await writeRandomCheckpoint(decoders[0].folder, { ...sizes, precision: 'int8', scale: 1, ending: -1_000 });
    await writeRandomTransformer(decoders[1].folder, decoders[1].architecture);
    const lines = new Lines();
    for (const { name, ...decoder } of decoders) {
      for (const length of sources) {
        const source = [...Array.from({ length: length - 1 }, (_, index) => 500 + 17 * index), 2];
        const plan = { ...decoder, threads: 1, source, start: 1, steps: written };
        for (const [index, [contestant, times]] of [...(await raceDecoders(plan, torches, context))].entries()) {
          const line = lineOf(name, index, contestant);
          lines.add(line, pointOf(length, times.map(time => time / written)));
          context.print(`  ${line}, ${length}: ${(median(times) / written).toFixed(2)} ms a token`);
        }
      }
    }
    return lines.series;
  });
}

/** Ours come first; of PyTorch's the version says enough. */
function lineOf(model: string, index: number, { name }: { readonly name: string }): string {
  return `${model}, ${index === 0 ? 'ours' : (name.split(' (')[0] ?? name)}`;
}

/** A median, and between which values nine of ten lie. */
function pointOf(x: number, times: readonly number[]): CurveSeries['points'][number] {
  return { x, y: median(times), interval: [quantile(times, 0.05), quantile(times, 0.95)] };
}

class Lines {
  readonly #points = new Map<string, CurveSeries['points'][number][]>();

  add(name: string, point: CurveSeries['points'][number]): void {
    this.#points.set(name, [...(this.#points.get(name) ?? []), point]);
  }

  get series(): readonly CurveSeries[] {
    return [...this.#points].map(([name, points]) => ({ name, points }));
  }
}

function write(drawn: readonly Curve[], { docs, machine, runs, print }: BenchContext): void {
  mkdirSync(join(docs, 'images'), { recursive: true });
  for (const { file, title, x, y, series } of drawn) {
    writeFileSync(join(docs, 'images', `performance-${file}.svg`), renderLineChart({ title, x: { kind: 'numbers', label: x }, y, series }));
  }
  const page = readFileSync(underRoot('docs', 'performance.md'), 'utf8');
  const about = `${machine}; ${new Date().toISOString().slice(0, 10)}; the medians of ${runs} runs.`;
  writeFileSync(join(docs, 'performance.md'), pageWith(page, drawn, about));
  print(`  Written: ${join(docs, 'performance.md')} and ${drawn.length} pictures.`);
}
