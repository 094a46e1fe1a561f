/** Tasks that a few seconds teach, and whether the maps show what decided: a keyword, a bright patch. */
import { expect, test } from 'vitest';
import { loadGraph, numbers } from '../../graph/run.fixture.ts';
import { Random } from '../../training/random.ts';
import { encoders, imageArchitecture, layPatches, padTexts, storeOf, textArchitecture, train } from './classifier.fixture.ts';
import { imageClassifier } from './image-classifier-inference.ts';
import { imageClassifierParameters } from './image-classifier.ts';
import { imageClassifierTrainingGraph } from './image-classifier-training.ts';
import { cutPatches, patchFeatures, patchRectangle } from './patches.ts';
import type { PoolingArchitecture } from './pooling.ts';
import { textClassifier } from './text-classifier-inference.ts';
import { textClassifierParameters } from './text-classifier.ts';
import { textClassifierTrainingGraph } from './text-classifier-training.ts';

const largest = (list: ArrayLike<number>): number => Array.from(list).reduce((best, number, index, all) => (number > (all[best] ?? 0) ? index : best), 0);

const additive: PoolingArchitecture = { kind: 'additive', width: 8 };
const selfAttentive: PoolingArchitecture = { kind: 'self-attentive', width: 8, hops: 2, penalty: 0.05 };
const multiHead: PoolingArchitecture = { kind: 'multi-head', heads: 2 };
const readers = encoders.flatMap((encoder, index) => ({ encoder, pooling: [additive, multiHead, selfAttentive][index % 3] ?? additive }));

test.each(readers)('a keyword decides: $encoder.about, $pooling.kind pooling', async ({ encoder, pooling }) => {
  const architecture = textArchitecture(encoder, pooling);
  const { classes, vocabulary } = architecture;
  const random = new Random('keyword');
  // The first tokens of the vocabulary are keywords, one a class; all others stand around one of them.
  const texts = Array.from({ length: 300 }, () => {
    const label = random.below(classes);
    const ids = Array.from({ length: 2 + random.below(7) }, () => classes + random.below(vocabulary - classes));
    ids[random.below(ids.length)] = label;
    return { ids, label };
  });
  const [seen, unseen] = [texts.slice(0, 260), texts.slice(260)];
  const batch = padTexts(seen, seen.length, 8, seen.map(() => 1 / seen.length));
  const model = textClassifierTrainingGraph(architecture, { batch: seen.length, source: 8 }, { labelSmoothing: 0, dropout: false });
  const specs = textClassifierParameters(architecture);
  const { parameters } = await train(model, specs, batch, { steps: 100, rate: 0.02 });

  const run = await loadGraph(textClassifier(architecture, storeOf(specs, parameters)));
  let [right, shown] = [0, 0];
  for (const { ids, label } of unseen) {
    const outputs = await run({ source: BigInt64Array.from(ids, BigInt) }, { source: ids.length });
    if (largest(numbers(outputs, 'log_probs')) === label) right++;
    if (ids[largest(numbers(outputs, 'evidence').slice(label * ids.length, (label + 1) * ids.length))] === label) shown++;
  }
  expect(right).toBeGreaterThanOrEqual(36);
  // An encoder may carry what it read to another place; without one, the evidence lies where the keyword stands.
  if (encoder.kind === 'none') expect(shown).toBeGreaterThanOrEqual(36);
});

test('a bright patch decides, and the maps lead to it', async () => {
  const geometry = { height: 6, width: 6, channels: 1, patch: 2, stride: 2 };
  const architecture = { ...imageArchitecture(additive), ...geometry, layers: 1 };
  const random = new Random('bright');
  // One patch of nine is bright: which of its two diagonals is brighter still is the label.
  const images = Array.from({ length: 120 }, () => {
    const [label, place] = [random.below(2), random.below(9)];
    const pixels = Uint8Array.from({ length: 36 }, () => random.below(60));
    const { x, y } = patchRectangle(place, geometry);
    for (const at of [0, 1]) {
      pixels[(y + at) * 6 + x + at] = label === 0 ? 250 : 150;
      pixels[(y + at) * 6 + x + 1 - at] = label === 0 ? 150 : 250;
    }
    return { label, place, patches: cutPatches(pixels, geometry, { mean: 0.2, deviation: 0.2 }) };
  });
  const [seen, unseen] = [images.slice(0, 90), images.slice(90)];
  const model = imageClassifierTrainingGraph(architecture, { batch: seen.length }, { labelSmoothing: 0, dropout: false });
  const specs = imageClassifierParameters(architecture);
  const { parameters } = await train(model, specs, layPatches(seen, patchFeatures(geometry)), { steps: 120, rate: 0.01 });

  const run = await loadGraph(imageClassifier(architecture, storeOf(specs, parameters)));
  let [right, shown] = [0, 0];
  for (const { label, place, patches } of unseen) {
    const outputs = await run({ patches });
    if (largest(numbers(outputs, 'log_probs')) === label) right++;
    if (largest(followed(numbers(outputs, 'attention'), numbers(outputs, 'encoder_attention.0'))) === place) shown++;
  }
  expect(right).toBeGreaterThanOrEqual(27);
  expect(shown).toBeGreaterThanOrEqual(27);
});

/**
 * Where the patches that were pooled had looked before, `Σ_q α_q Σ_h A_hqk` (Abnar & Zuidema 2020, section 3): the encoder
 * may carry what it read of one patch to all others, and what is pooled then need not be that patch's own place.
 */
function followed(weights: ArrayLike<number>, encoder: ArrayLike<number>): number[] {
  const count = weights.length;
  return Array.from({ length: count }, (_, key) =>
    Array.from(encoder).reduce((sum, weight, at) => (at % count === key ? sum + weight * (weights[Math.floor(at / count) % count] ?? 0) : sum), 0),
  );
}
