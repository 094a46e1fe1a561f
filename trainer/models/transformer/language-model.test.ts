/** The language model, token by token as it writes and all at once as it learns; and that it is a translator without a source. */
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../graph/gradients/backward.ts';
import { outputWhole } from '../../graph/gradients/gradient-check.fixture.ts';
import { type Feeds, loadGraph, numbers } from '../../graph/run.fixture.ts';
import { Random } from '../../training/random.ts';
import { randomBatch, randomParameters, relativeError } from '../against-torch.fixture.ts';
import type { StepGraph } from '../training-graph.ts';
import { transformerLanguageModelMaps, transformerLanguageModelParameters, type TransformerLanguageModelArchitecture } from './language-model.ts';
import { transformerLanguageModelDecoder } from './language-model-inference.ts';
import { transformerLanguageModelTrainingGraph } from './language-model-training.ts';
import { transformerTranslatorParameters } from './translator.ts';
import { transformerTranslatorTrainingGraph } from './translator-training.ts';

const sizes = { kind: 'transformer-language-model', vocabulary: 40, width: 24, heads: 3, inner: 40, layers: 2, longest: 20 } as const;
const variants = (['pre', 'post'] as const).flatMap(norm =>
  (['sinusoidal', 'learned', 'rotary'] as const).map((positions): TransformerLanguageModelArchitecture => ({ ...sizes, norm, positions })),
);
const random = new Random('texts');

describe.each(variants)('$norm-norm, $positions positions', architecture => {
  const specs = new Map(transformerLanguageModelParameters(architecture).map(spec => [spec.name, spec]));
  const parameters = randomParameters([...specs.values()]);
  const { vocabulary, heads, layers } = architecture;

  test('a beam of texts, written token by token, is what the training graph computes of them', async () => {
    const [batch, target] = [3, sizes.longest];
    const ids = BigInt64Array.from({ length: target * batch }, () => BigInt(random.below(vocabulary)));
    const training = transformerLanguageModelTrainingGraph(architecture, { batch, target }, { labelSmoothing: 0, dropout: false });
    training.graph.output(training.logProbabilities, 'log_probs');
    training.attention.forEach((weights, layer) => training.graph.output(weights, `self_attention.${layer}`));
    const whole = await (await loadGraph(training.graph))({ ...Object.fromEntries(parameters), target: ids, ...unlabelled(target * batch) });

    const decoder = await loadGraph(
      transformerLanguageModelDecoder(architecture, (graph, name) => graph.constant('float32', specs.get(name)?.shape ?? [], parameters.get(name) ?? new Float32Array(), name)),
    );
    const rows: number[] = [];
    for (let time = 0; time < target; time++) {
      const previous = ids.slice(time * batch, (time + 1) * batch);
      const feeds = { previous, position: BigInt64Array.of(BigInt(time)), past: Float32Array.from(rows) };
      const outputs = await decoder(feeds, { beam: batch, past: time });
      rows.push(...numbers(outputs, 'next_past'));
      const expected = numbers(whole, 'log_probs').slice(time * batch * vocabulary, (time + 1) * batch * vocabulary);
      expect(furthest(numbers(outputs, 'log_probs'), expected)).toBeLessThanOrEqual(2e-5);
      for (const output of new Set(transformerLanguageModelMaps(architecture).map(map => map.output))) {
        const all = numbers(whole, output);
        // Row `time` of each text and head, up to itself.
        const wanted = Array.from({ length: batch * heads }, (_, map) => [...all.slice((map * target + time) * target, (map * target + time) * target + time + 1)]);
        expect(furthest(numbers(outputs, output), wanted.flat())).toBeLessThanOrEqual(2e-5);
      }
    }
    expect(transformerLanguageModelMaps(architecture).length).toBe(layers * heads);
  });
});

/** What a translator's decoder adds to a language model is nothing where cross-attention gives zero, and norms come before. */
test.each(['sinusoidal', 'learned', 'rotary'] as const)('a translator that hears nothing from its source has the same gradients, %s positions', async positions => {
  const architecture = { ...sizes, norm: 'pre', positions } as const;
  const shape = { batch: 4, source: 3, target: 6 };
  const options = { labelSmoothing: 0.1, dropout: false };
  const translator = { ...architecture, kind: 'transformer-translator', encoderLayers: 1, decoderLayers: sizes.layers } as const;
  const values = randomParameters(transformerTranslatorParameters(translator));
  for (const [name, data] of values) if (name.includes('cross_attention.output')) data.fill(0);
  const feeds = { ...Object.fromEntries(values), ...randomBatch(shape, sizes.vocabulary) };
  const expected = await gradientsOf(transformerTranslatorTrainingGraph(translator, shape, options), feeds);
  const found = await gradientsOf(transformerLanguageModelTrainingGraph(architecture, shape, options), feeds);
  expect(found.size).toBe(transformerLanguageModelParameters(architecture).length);
  for (const [name, gradient] of found) expect(relativeError(gradient, expected.get(name) ?? new Float32Array()), name).toBeLessThanOrEqual(1e-5);
});

async function gradientsOf({ graph, parameters, loss }: StepGraph, feeds: Feeds): Promise<Map<string, Float32Array>> {
  for (const [input, gradient] of differentiate(loss, [...parameters.values()])) outputWhole(graph, input, gradient);
  const outputs = await (await loadGraph(graph))(feeds);
  return new Map([...parameters.keys()].map(name => [name, Float32Array.from(numbers(outputs, `gradient.${name}`))]));
}

function unlabelled(rows: number): Feeds {
  return { labels: new BigInt64Array(rows), label_weights: new Float32Array(rows) };
}

function furthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  return Array.from(found).reduce((most, number, index) => Math.max(most, Math.abs(number - (expected[index] ?? Number.NaN))), 0);
}
