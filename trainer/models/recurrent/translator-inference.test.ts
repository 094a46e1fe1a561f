/** The graphs of a checkpoint, run step by step over any length, compute what the training graph computes at fixed ones. */
import { describe, expect, test } from 'vitest';
import { loadGraph, numbers } from '../../graph/run.fixture.ts';
import { type EncodedPair, padBatch } from '../../training/batch.ts';
import { Random } from '../../training/random.ts';
import { randomParameters } from '../against-torch.fixture.ts';
import { everyKind } from './architectures.fixture.ts';
import { advance, type Outputs, StepByStep } from './step-by-step.fixture.ts';
import { recurrentTranslatorTrainingGraph } from './translator-training.ts';
import { recurrentTranslatorMaps, recurrentTranslatorParameters, type RecurrentTranslatorArchitecture } from './translator.ts';

const special = { pad: 0, start: 1, end: 2 };
const tolerance = 1e-5;

/** Of each step: log-probabilities of the next token, and each head's attention over the source. */
interface Step {
  readonly logProbabilities: Float32Array;
  readonly heads: readonly Float32Array[];
}

async function stepByStep(architecture: RecurrentTranslatorArchitecture, pair: EncodedPair): Promise<Step[]> {
  const model = await StepByStep.load(architecture, randomParameters(recurrentTranslatorParameters(architecture)));
  const steps = await model.follow(pair.source, [special.start, ...pair.target]);
  const maps = recurrentTranslatorMaps(architecture);
  return steps.map(outputs => ({
    logProbabilities: outputs.get('log_probs') ?? new Float32Array(),
    heads: maps.map(({ output, head }) => (outputs.get(output) ?? new Float32Array()).slice(head * pair.source.length, (head + 1) * pair.source.length)),
  }));
}

/** All pairs in one batch through the training graph, padded to the given lengths. */
async function atOnce(
  architecture: RecurrentTranslatorArchitecture,
  pairs: readonly EncodedPair[],
  lengths: { readonly source: number; readonly target: number },
): Promise<Step[][]> {
  const batch = pairs.length;
  const { source, target } = lengths;
  const { graph, logProbabilities, attention } = recurrentTranslatorTrainingGraph(architecture, { batch, ...lengths }, { labelSmoothing: 0, dropout: false });
  graph.output(logProbabilities, 'log_probs');
  attention.forEach((weights, time) => graph.output(weights, `attention.${time}`));
  const parameters = randomParameters(recurrentTranslatorParameters(architecture));
  const quiet = { 'gumbel.attention': new Float32Array(target * batch * source) };
  const outputs = await (await loadGraph(graph))({
    ...Object.fromEntries(parameters),
    ...padBatch(pairs, { batch, ...lengths }, special).tensors,
    ...quiet,
  });
  const all = Float32Array.from(numbers(outputs, 'log_probs'));
  const { vocabulary } = architecture;
  const heads = recurrentTranslatorMaps(architecture).length;
  return pairs.map((pair, row) =>
    Array.from({ length: pair.target.length + 1 }, (_, time) => ({
      logProbabilities: all.slice((time * batch + row) * vocabulary, (time * batch + row + 1) * vocabulary),
      heads: Array.from({ length: heads }, (_, head) =>
        Float32Array.from(numbers(outputs, `attention.${time}`)).slice((row * heads + head) * source, (row * heads + head + 1) * source),
      ),
    })),
  );
}

function expectSame(found: readonly Step[], expected: readonly Step[], length: number): void {
  expect(found.length).toBe(expected.length);
  found.forEach((step, time) => {
    const wanted = expected[time];
    if (wanted === undefined) throw new Error(`no step ${time}`);
    expect(furthest(step.logProbabilities, wanted.logProbabilities)).toBeLessThanOrEqual(tolerance);
    expect(step.heads.length).toBe(wanted.heads.length);
    step.heads.forEach((weights, head) => {
      const own = wanted.heads[head] ?? new Float32Array();
      expect(furthest(weights, own.slice(0, length))).toBeLessThanOrEqual(tolerance);
      expect(own.slice(length).every(weight => weight === 0), 'attention to padding').toBe(true);
    });
  });
}

function furthest(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  return found.reduce((most, number, index) => Math.max(most, Math.abs(number - (expected[index] ?? Number.NaN))), 0);
}

const random = new Random('sentences');
const sentence = (length: number): number[] => Array.from({ length }, () => 3 + random.below(37));
/** From nothing but the end token, to longer than any position that `location` knows. */
const pairs: readonly EncodedPair[] = [[1, 0], [2, 3], [5, 1], [12, 9]].map(([source = 1, target = 0]) => ({
  source: [...sentence(source - 1), special.end],
  target: sentence(target),
}));

describe.each(everyKind)('$about', ({ architecture }) => {
  test('equals the training graph, whose batch is padded, within 1e-5', async () => {
    const expected = await atOnce(architecture, pairs, { source: 14, target: 11 });
    for (const [row, pair] of pairs.entries()) {
      expectSame(await stepByStep(architecture, pair), expected[row] ?? [], pair.source.length);
    }
  });

  test('a beam computes for each hypothesis what it computes for it alone', async () => {
    const model = await StepByStep.load(architecture, randomParameters(recurrentTranslatorParameters(architecture)));
    const source = [...sentence(6), special.end];
    const start = await model.encode(source);
    const alone: Outputs[] = [];
    const states: Outputs[] = [];
    for (const first of [5, 9]) {
      states.push(advance(start, await model.step([first], start, source.length)));
      alone.push(await model.step([7], states.at(-1) ?? start, source.length));
    }
    const next = [...(alone[0]?.keys() ?? [])].flatMap(name => (name.startsWith('next_') ? [name.slice(5)] : []));
    const joined = (name: string, from: readonly Outputs[]): Float32Array => Float32Array.from(from.flatMap(each => [...(each.get(name) ?? [])]));
    const both = await model.step([7, 7], new Map([...start, ...next.map(name => [name, joined(name, states)] as const)]), source.length);
    for (const [name, data] of both) expect(furthest(data, joined(name, alone)), name).toBeLessThanOrEqual(tolerance);
  });
});

test('attention is a distribution over the source; of local-p, what the window leaves of one; of hard, one word', async () => {
  const [, , , pair = { source: [2], target: [] }] = pairs;
  for (const { architecture } of everyKind) {
    const { score } = architecture.attention;
    for (const { heads, logProbabilities } of await stepByStep(architecture, pair)) {
      expect(heads.length).toBe(score === 'none' ? 0 : score === 'multi-head' ? heads.length : 1);
      for (const weights of heads) {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        if (score === 'local-p') expect(total).toBeLessThan(1);
        else expect(total).toBeCloseTo(1, 5);
        if (score === 'hard') expect([...weights].filter(weight => weight > 0)).toEqual([1]);
      }
      expect(logProbabilities.reduce((sum, number) => sum + Math.exp(number), 0)).toBeCloseTo(1, 4);
    }
  }
});
