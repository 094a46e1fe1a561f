/** A checkpoint's graph, on one example of any length, computes what the training graph computes of a padded batch; and says why. */
import { describe, expect, test } from 'vitest';
import { loadGraph, numbers, type RunGraph } from '../../graph/run.fixture.ts';
import { lengthOf } from '../../graph/value.ts';
import { Random } from '../../training/random.ts';
import { randomParameters } from '../against-torch.fixture.ts';
import { encoders, imageArchitecture, layPatches, padTexts, poolings, stem, storeOf, textArchitecture } from './classifier.fixture.ts';
import { imageClassifier } from './image-classifier-inference.ts';
import { imageClassifierMaps, imageClassifierParameters } from './image-classifier.ts';
import { imageClassifierTrainingGraph } from './image-classifier-training.ts';
import { patchCount, patchFeatures } from './patches.ts';
import { hopsOf } from './pooling.ts';
import { textClassifier } from './text-classifier-inference.ts';
import { textClassifierMaps, textClassifierParameters } from './text-classifier.ts';
import { textClassifierTrainingGraph } from './text-classifier-training.ts';

type Outputs = Awaited<ReturnType<RunGraph>>;
const tolerance = 2e-5;
const nothing = { labelSmoothing: 0, dropout: false };
const read = (outputs: Outputs, name: string): number[] => [...numbers(outputs, name)];
const total = (list: readonly number[]): number => list.reduce((sum, number) => sum + number, 0);
const rowsOf = (list: readonly number[], length: number): number[][] => Array.from({ length: list.length / length }, (_, row) => list.slice(row * length, (row + 1) * length));

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((number, index) => expect(Math.abs(number - (expected[index] ?? Number.NaN))).toBeLessThanOrEqual(tolerance));
}

/** Evidence over all positions, with the bias, is each label's logit. */
function expectEvidence(outputs: Outputs, bias: ArrayLike<number>, positions: number): void {
  const logits = rowsOf(read(outputs, 'evidence'), positions).map((row, label) => total(row) + (bias[label] ?? Number.NaN));
  const all = Math.log(total(logits.map(Math.exp)));
  expectNear(logits.map(logit => logit - all), read(outputs, 'log_probs'));
}

describe.each(poolings)('$kind pooling', pooling => {
  test.each(encoders)('$about', async encoder => {
    const architecture = textArchitecture(encoder, pooling);
    const specs = textClassifierParameters(architecture);
    const parameters = randomParameters(specs);
    const random = new Random('lengths');
    const [batch, source] = [4, 9];
    const texts = [9, 1, 5].map(length => ({ label: 0, ids: Array.from({ length }, () => random.below(architecture.vocabulary)) }));
    const { graph, logProbabilities, attention } = textClassifierTrainingGraph(architecture, { batch, source }, nothing);
    graph.output(logProbabilities, 'log_probs');
    graph.output(attention, 'attention');
    const together = await (await loadGraph(graph))({ ...padTexts(texts, batch, source, [0.5, 0.25, 0.25]), ...Object.fromEntries(parameters) });
    expect(read(together, 'log_probs').every(Number.isFinite)).toBe(true);

    const run = await loadGraph(textClassifier(architecture, storeOf(specs, parameters)));
    const hops = hopsOf(pooling);
    for (const [row, { ids }] of texts.entries()) {
      const alone = await run({ source: BigInt64Array.from(ids, BigInt) }, { source: ids.length });
      const { classes } = architecture;
      expectNear(read(alone, 'log_probs'), read(together, 'log_probs').slice(row * classes, (row + 1) * classes));
      const maps = rowsOf(read(together, 'attention').slice(row * hops * source, (row + 1) * hops * source), source);
      expectNear(read(alone, 'attention'), maps.flatMap(map => map.slice(0, ids.length)));
      expect(maps.every(map => map.slice(ids.length).every(weight => weight === 0))).toBe(true);
      expectEvidence(alone, parameters.get('output.bias') ?? [], ids.length);
      for (const { head, kind, output } of textClassifierMaps(architecture)) {
        const rows = rowsOf(read(alone, output), ids.length);
        expectNear([total(rows[kind === 'encoder' ? head * ids.length : head] ?? [])], [1]);
      }
    }
  });

  test.each([undefined, stem])('images, stem %o', async windows => {
    const architecture = { ...imageArchitecture(pooling), stem: windows };
    const specs = imageClassifierParameters(architecture);
    const parameters = randomParameters(specs);
    const [count, features] = [patchCount(architecture), patchFeatures(architecture)];
    const random = new Random('pictures');
    const images = [0, 1].map(label => ({ label, patches: Float32Array.from({ length: count * features }, () => random.normal()) }));
    const { graph, logProbabilities } = imageClassifierTrainingGraph(architecture, { batch: images.length }, nothing);
    graph.output(logProbabilities, 'log_probs');
    const together = await (await loadGraph(graph))({ ...layPatches(images, features), ...Object.fromEntries(parameters) });

    const classifier = imageClassifier(architecture, storeOf(specs, parameters));
    const run = await loadGraph(classifier);
    for (const [row, { patches }] of images.entries()) {
      const alone = await run({ patches });
      const { classes } = architecture;
      expectNear(read(alone, 'log_probs'), read(together, 'log_probs').slice(row * classes, (row + 1) * classes));
      expectEvidence(alone, parameters.get('output.bias') ?? [], count);
      for (const { head, kind, output } of imageClassifierMaps(architecture)) {
        const shape = classifier.outputs.find(({ name }) => name === output);
        expect(head).toBeLessThan(shape === undefined ? 0 : lengthOf(shape, 1));
        expectNear([total(rowsOf(read(alone, output), count)[kind === 'encoder' ? head * count : head] ?? [])], [1]);
      }
    }
  });
});
