/** Every kind of attention learns: a short training on copying, and sentences that it has not seen. */
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../graph/gradients/backward.ts';
import { outputWhole } from '../../graph/gradients/gradient-check.fixture.ts';
import { type Feeds, loadGraph, numbers } from '../../graph/run.fixture.ts';
import { padBatch } from '../../training/batch.ts';
import { Random } from '../../training/random.ts';
import { randomParameters } from '../against-torch.fixture.ts';
import { attentions } from './architectures.fixture.ts';
import { recurrentTranslatorTrainingGraph } from './translator-training.ts';
import { recurrentTranslatorParameters, type RecurrentTranslatorArchitecture } from './translator.ts';

const shape = { batch: 24, source: 5, target: 5 };
const vocabulary = 10;
const small: RecurrentTranslatorArchitecture = {
  kind: 'recurrent-translator',
  vocabulary,
  embedding: 16,
  cell: 'gru',
  hidden: 24,
  encoder: { hidden: 12, layers: 1, bidirectional: true },
  decoderLayers: 1,
  residual: false,
  attention: { score: 'dot' },
  order: 'before',
  inputFeeding: false,
  coverage: 0,
};
/** Nats a token when each of the seven symbols and the end is as likely as any other. */
const guessing = Math.log(vocabulary - 2);

/** @returns nats a token on pairs that were not trained on */
async function train(architecture: RecurrentTranslatorArchitecture, steps: number): Promise<number> {
  const specs = recurrentTranslatorParameters(architecture);
  const options = { labelSmoothing: 0, dropout: false };
  const { graph, loss, likelihood, parameters } = recurrentTranslatorTrainingGraph(architecture, shape, options);
  for (const [input, gradient] of differentiate(loss, [...parameters.values()])) outputWhole(graph, input, gradient);
  graph.output(likelihood, 'likelihood');
  const run = await loadGraph(graph);
  const values = randomParameters(specs);
  const adam = new Adam(values);
  const random = new Random('copying', architecture.attention.score);
  for (let step = 0; step < steps; step++) {
    const outputs = await run({ ...Object.fromEntries(values), ...batch(random), 'gumbel.attention': gumbel(random, true) });
    adam.step(name => Float32Array.from(numbers(outputs, `gradient.${name}`)));
  }
  const outputs = await run({ ...Object.fromEntries(values), ...batch(random), 'gumbel.attention': gumbel(random, false) });
  return Number(numbers(outputs, 'likelihood')[0]);
}

function batch(random: Random): Feeds {
  const pairs = Array.from({ length: shape.batch }, () => {
    const symbols = Array.from({ length: 2 + random.below(3) }, () => 3 + random.below(vocabulary - 3));
    return { source: [...symbols, 2], target: symbols };
  });
  return padBatch(pairs, shape, { pad: 0, start: 1, end: 2 }).tensors;
}

function gumbel(random: Random, noisy: boolean): Float32Array {
  const length = shape.target * shape.batch * shape.source;
  return Float32Array.from({ length }, () => (noisy ? -Math.log(-Math.log(random.uniform() + 1e-9)) : 0));
}

/** Kingma & Ba 2015, algorithm 1. */
class Adam {
  readonly #moments = new Map<string, { readonly first: Float32Array; readonly second: Float32Array }>();
  #step = 0;

  constructor(readonly values: ReadonlyMap<string, Float32Array>) {
    for (const [name, { length }] of values) this.#moments.set(name, { first: new Float32Array(length), second: new Float32Array(length) });
  }

  step(gradientOf: (name: string) => Float32Array): void {
    this.#step++;
    const rate = (0.01 * Math.sqrt(1 - 0.99 ** this.#step)) / (1 - 0.9 ** this.#step);
    for (const [name, value] of this.values) {
      const { first, second } = this.#moments.get(name) ?? { first: value, second: value };
      gradientOf(name).forEach((gradient, index) => {
        const mean = 0.9 * Number(first[index]) + 0.1 * gradient;
        const square = 0.99 * Number(second[index]) + 0.01 * gradient ** 2;
        [first[index], second[index]] = [mean, square];
        value[index] = Number(value[index]) - (rate * mean) / (Math.sqrt(square) + 1e-8);
      });
    }
  }
}

describe('learns to copy', () => {
  const steps = 200;

  test.each(attentions)('$score', async attention => {
    expect(await train({ ...small, attention }, steps)).toBeLessThan(guessing / 4);
  });

  test('coverage', async () => {
    expect(await train({ ...small, attention: { score: 'additive', width: 16 }, coverage: 0.5 }, steps)).toBeLessThan(guessing / 4);
  });

  test('LSTMs of two layers, asked after the step, input feeding', async () => {
    const deep = { cell: 'lstm', decoderLayers: 2, encoder: { hidden: 12, layers: 2, bidirectional: true }, residual: true } as const;
    const after = { order: 'after', inputFeeding: true, attention: { score: 'general' } } as const;
    expect(await train({ ...small, ...deep, ...after }, steps)).toBeLessThan(guessing / 4);
  });
});
