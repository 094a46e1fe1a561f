/** The graphs of a checkpoint, run token by token, compute what the training graph computes over whole sentences at once. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadGraph, numbers, type RunGraph } from '../../graph/run.fixture.ts';
import { padBatch } from '../../training/batch.ts';
import { Random } from '../../training/random.ts';
import { randomParameters } from '../against-torch.fixture.ts';
import type { StoreParameter } from '../parameters.ts';
import { transformerTranslatorMaps, transformerTranslatorParameters, type TransformerTranslatorArchitecture } from './translator.ts';
import { transformerTranslatorDecoder, transformerTranslatorEncoder } from './translator-inference.ts';
import { transformerTranslatorTrainingGraph } from './translator-training.ts';

const sizes = { kind: 'transformer-translator', vocabulary: 60, width: 24, heads: 3, inner: 40, encoderLayers: 2, decoderLayers: 2, longest: 32 } as const;
const variants = (['pre', 'post'] as const).flatMap(norm =>
  (['sinusoidal', 'learned', 'rotary'] as const).map((positions): TransformerTranslatorArchitecture => ({ ...sizes, norm, positions })),
);
const special = { pad: 0, start: 1, end: 2 };
const tolerance = 2e-5;

const random = new Random('sentences');
const sentence = (length: number): number[] => Array.from({ length }, () => 3 + random.below(sizes.vocabulary - 3));
/** From nothing but the end token, to as long as there are positions. */
const pairs = [[1, 0], [5, 7], [12, 9], [32, 31]].map(([source = 1, target = 0]) => ({
  source: [...sentence(source - 1), special.end],
  target: sentence(target),
}));

type Outputs = Awaited<ReturnType<RunGraph>>;
const read = (outputs: Outputs, name: string): Float32Array => Float32Array.from(numbers(outputs, name));

function furthest(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  return found.reduce((most, number, index) => Math.max(most, Math.abs(number - (expected[index] ?? Number.NaN))), 0);
}

describe.each(variants)('$norm-norm, $positions positions', architecture => {
  const specs = new Map(transformerTranslatorParameters(architecture).map(spec => [spec.name, spec]));
  const parameters = randomParameters([...specs.values()]);
  const { heads, vocabulary, width, decoderLayers } = architecture;
  const cached = 2 * decoderLayers * width;
  const layers = [...Array(decoderLayers).keys()];
  let encoder: RunGraph;
  let decoder: RunGraph;

  beforeAll(async () => {
    const store: StoreParameter = (graph, name) => graph.constant('float32', specs.get(name)?.shape ?? [], parameters.get(name) ?? new Float32Array(), name);
    encoder = await loadGraph(transformerTranslatorEncoder(architecture, store));
    decoder = await loadGraph(transformerTranslatorDecoder(architecture, store));
  });

  const encode = (source: readonly number[]): Promise<Outputs> => encoder({ source: BigInt64Array.from(source, BigInt) }, { source: source.length });

  /** Decodes given histories as a beam, the rows of `past` appended as a decoding loop does. */
  async function decode(memory: Float32Array, source: number, histories: readonly (readonly number[])[]): Promise<Outputs[]> {
    const beam = histories.length;
    const steps: Outputs[] = [];
    const rows: number[] = [];
    for (let position = 0; position < (histories[0]?.length ?? 0); position++) {
      const feeds = {
        previous: BigInt64Array.from(histories, history => BigInt(history[position] ?? special.pad)),
        position: BigInt64Array.of(BigInt(position)),
        memory,
        past: Float32Array.from(rows),
      };
      const outputs = await decoder(feeds, { beam, source, past: position });
      rows.push(...read(outputs, 'next_past'));
      steps.push(outputs);
    }
    return steps;
  }

  test.each(pairs)('a sentence of its own: $source.length → $target.length tokens', async pair => {
    const [source, target] = [pair.source.length, pair.target.length + 1];
    const { graph, logProbabilities, attention } = transformerTranslatorTrainingGraph(architecture, { batch: 1, source, target }, { labelSmoothing: 0, dropout: false });
    graph.output(logProbabilities, 'log_probs');
    attention.forEach((weights, layer) => graph.output(weights, `attention.${layer}`));
    const whole = await (await loadGraph(graph))({ ...Object.fromEntries(parameters), ...padBatch([pair], { batch: 1, source, target }, special).tensors });

    const memory = read(await encode(pair.source), 'memory');
    const steps = await decode(memory, source, [[special.start, ...pair.target]]);
    steps.forEach((outputs, time) => {
      expect(furthest(read(outputs, 'log_probs'), read(whole, 'log_probs').slice(time * vocabulary, (time + 1) * vocabulary))).toBeLessThanOrEqual(tolerance);
      for (const layer of layers) {
        const row = Array.from({ length: heads }, (_, head) => [...read(whole, `attention.${layer}`).slice((head * target + time) * source, (head * target + time + 1) * source)]);
        expect(furthest(read(outputs, `attention.${layer}`), Float32Array.from(row.flat()))).toBeLessThanOrEqual(tolerance);
      }
    });
  });

  test('a beam of different histories computes for each what it computes for it alone', async () => {
    const source = [...sentence(6), special.end];
    const memory = read(await encode(source), 'memory');
    const histories = [1, 2, 3].map(() => [special.start, ...sentence(5)]);
    const together = await decode(memory, source.length, histories);
    const alone: Outputs[][] = [];
    for (const history of histories) alone.push(await decode(memory, source.length, [history]));
    together.forEach((outputs, time) => {
      const names = ['log_probs', 'next_past', ...layers.flatMap(layer => [`attention.${layer}`, `self_attention.${layer}`])];
      for (const name of names) {
        const joined = alone.flatMap(steps => [...read(steps[time] ?? new Map(), name)]);
        expect(furthest(read(outputs, name), Float32Array.from(joined)), `${name} at ${time}`).toBeLessThanOrEqual(tolerance);
      }
    });
  });

  test.each([[1, 1, 0], [1, 6, 3], [3, 1, 1], [3, 6, 0]])('every value on the way has the shape we inferred: a beam of %i, %i source tokens, %i before', async (beam, source, past) => {
    const store: StoreParameter = (graph, name) => graph.constant('float32', specs.get(name)?.shape ?? [], parameters.get(name) ?? new Float32Array(), name);
    const graph = transformerTranslatorDecoder(architecture, store);
    for (const node of graph.nodes) graph.outputs.push(...node.outputs.filter(output => !graph.outputs.includes(output) && output.type === 'float32' && node.operator !== 'LayerNormalization'));
    const feeds = {
      previous: new BigInt64Array(beam).fill(5n),
      position: BigInt64Array.of(BigInt(past)),
      memory: new Float32Array(source * cached),
      past: new Float32Array(past * beam * cached),
    };
    await (await loadGraph(graph))(feeds, { beam, source, past });
  });

  test('every map is an output, whose rows are distributions', async () => {
    const source = [...sentence(4), special.end];
    const encoded = await encode(source);
    const [, , last = new Map()] = await decode(read(encoded, 'memory'), source.length, [[special.start, 5, 9]]);
    expect(read(last, 'next_past').length).toBe(cached);
    const maps = transformerTranslatorMaps(architecture);
    expect(maps.length).toBe(3 * 2 * heads);
    for (const { kind, head, output } of maps) {
      const weights = read(kind === 'encoder' ? encoded : last, output);
      const columns = kind === 'decoder' ? 3 : source.length;
      const rows = weights.length / columns / heads;
      expect(rows).toBe(kind === 'encoder' ? source.length : 1);
      const row = weights.slice(head * rows * columns, (head * rows + 1) * columns);
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    }
  });
});
