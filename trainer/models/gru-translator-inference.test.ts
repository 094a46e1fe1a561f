/** The graphs of a checkpoint, run step by step over any length, compute what the training graph computes at fixed ones. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadGraph, numbers, type RunGraph } from '../graph/run.fixture.ts';
import type { EncodedPair } from '../training/batch.ts';
import { padBatch } from '../training/batch.ts';
import { Random } from '../training/random.ts';
import { randomParameters } from './against-torch.fixture.ts';
import { type GruTranslatorArchitecture, translatorParameters } from './gru-translator.ts';
import { type StoreParameter, translatorDecoder, translatorEncoder } from './gru-translator-inference.ts';
import { translatorTrainingGraph } from './gru-translator-training.ts';

const architecture: GruTranslatorArchitecture = { kind: 'gru-additive', vocabulary: 500, embedding: 48, hidden: 64, attention: 56 };
const specs = new Map(translatorParameters(architecture).map(spec => [spec.name, spec]));
const parameters = randomParameters([...specs.values()]);
const special = { pad: 0, start: 1, end: 2 };
const tolerance = 1e-5;

/** Of each step: log-probabilities of the next token, and attention over the source. */
interface Step {
  readonly logProbabilities: Float32Array;
  readonly attention: Float32Array;
}

let encoder: RunGraph;
let decoder: RunGraph;

beforeAll(async () => {
  const store: StoreParameter = (graph, name) => graph.constant('float32', specs.get(name)?.shape ?? [], parameters.get(name) ?? new Float32Array(), name);
  encoder = await loadGraph(translatorEncoder(architecture, store));
  decoder = await loadGraph(translatorDecoder(architecture, store));
});

/** One sentence through the checkpoint's graphs, the target given. */
async function stepByStep({ source, target }: EncodedPair): Promise<Step[]> {
  const lengths = { source: source.length, beam: 1 };
  const encoded = await encoder({ source: BigInt64Array.from(source, BigInt) }, lengths);
  const [memory, keys] = [float32(encoded, 'memory'), float32(encoded, 'keys')];
  let state = float32(encoded, 'state');
  const steps: Step[] = [];
  for (const token of [special.start, ...target]) {
    const outputs = await decoder({ previous: BigInt64Array.of(BigInt(token)), state, memory, keys }, lengths);
    state = float32(outputs, 'next_state');
    steps.push({ logProbabilities: float32(outputs, 'log_probs'), attention: float32(outputs, 'attention') });
  }
  return steps;
}

/** All pairs in one batch through the training graph, padded to the given lengths. */
async function atOnce(pairs: readonly EncodedPair[], source: number, target: number): Promise<Step[][]> {
  const batch = pairs.length;
  const { graph, logProbabilities, attention } = translatorTrainingGraph(architecture, { batch, source, target }, { labelSmoothing: 0, dropout: false });
  graph.output(logProbabilities, 'log_probs');
  attention.forEach((weights, time) => graph.output(weights, `attention.${time}`));
  const run = await loadGraph(graph);
  const outputs = await run({ ...Object.fromEntries(parameters), ...padBatch(pairs, { batch, source, target }, special).tensors });
  const all = float32(outputs, 'log_probs');
  const { vocabulary } = architecture;
  return pairs.map((pair, row) =>
    Array.from({ length: pair.target.length + 1 }, (_, time) => ({
      logProbabilities: all.slice((time * batch + row) * vocabulary, (time * batch + row + 1) * vocabulary),
      attention: float32(outputs, `attention.${time}`).slice(row * source, (row + 1) * source),
    })),
  );
}

function expectSame(found: readonly Step[], expected: readonly Step[], length: number): void {
  expect(found.length).toBe(expected.length);
  found.forEach((step, time) => {
    const wanted = expected[time];
    if (wanted === undefined) throw new Error(`no step ${time}`);
    expect(furthest(step.logProbabilities, wanted.logProbabilities)).toBeLessThanOrEqual(tolerance);
    expect(furthest(step.attention, wanted.attention.slice(0, length))).toBeLessThanOrEqual(tolerance);
    expect(wanted.attention.slice(length).every(weight => weight === 0), 'attention to padding').toBe(true);
  });
}

function furthest(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  return found.reduce((most, number, index) => Math.max(most, Math.abs(number - (expected[index] ?? Number.NaN))), 0);
}

function float32(outputs: Awaited<ReturnType<RunGraph>>, name: string): Float32Array {
  return Float32Array.from(numbers(outputs, name));
}

const random = new Random('sentences');
const sentence = (length: number): number[] => Array.from({ length }, () => 3 + random.below(architecture.vocabulary - 3));
/** From nothing but the end token, to longer than any bucket of the training. */
const pairs = [[1, 0], [2, 3], [5, 1], [9, 12], [24, 19], [60, 55]].map(([source = 1, target = 0]) => ({
  source: [...sentence(source - 1), special.end],
  target: sentence(target),
}));

describe('equal to the training graph within 1e-5', () => {
  test.each(pairs)('a sentence of its own, without padding: $source.length → $target.length tokens', async pair => {
    const [expected = []] = await atOnce([pair], pair.source.length, pair.target.length + 1);
    expectSame(await stepByStep(pair), expected, pair.source.length);
  });

  test('sentences of different lengths in one padded batch', async () => {
    const short = pairs.slice(0, 5);
    const expected = await atOnce(short, 26, 21);
    for (const [row, pair] of short.entries()) expectSame(await stepByStep(pair), expected[row] ?? [], pair.source.length);
  });
});

test('a beam computes for each hypothesis what it computes for it alone', async () => {
  const source = [...sentence(6), special.end];
  const encoded = await encoder({ source: BigInt64Array.from(source, BigInt) }, { source: source.length });
  const shared = { memory: float32(encoded, 'memory'), keys: float32(encoded, 'keys') };
  const [first, second] = [float32(encoded, 'state'), Float32Array.from({ length: architecture.hidden }, () => random.normal())];
  const ask = (previous: readonly number[], state: Float32Array) =>
    decoder({ previous: BigInt64Array.from(previous, BigInt), state, ...shared }, { source: source.length, beam: previous.length });
  const [one, other] = [await ask([7], first), await ask([9], second)];
  const both = await ask([7, 9], Float32Array.of(...first, ...second));
  for (const name of ['log_probs', 'next_state', 'attention']) {
    expect(furthest(float32(both, name), Float32Array.of(...float32(one, name), ...float32(other, name))), name).toBeLessThanOrEqual(tolerance);
  }
});

test('attention is a distribution over the source', async () => {
  const [, , , pair = { source: [2], target: [] }] = pairs;
  for (const { attention, logProbabilities } of await stepByStep(pair)) {
    expect(attention.length).toBe(pair.source.length);
    expect(attention.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    expect(logProbabilities.reduce((sum, number) => sum + Math.exp(number), 0)).toBeCloseTo(1, 4);
  }
});
