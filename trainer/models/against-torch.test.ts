/**
 * The two whole models against PyTorch's: same weights, same batch, same dropout masks; PyTorch computes one sentence at a
 * time, without padding, in double precision. Errors are ‖ours − theirs‖ / ‖theirs‖ of each parameter's gradient.
 */
import { describe, expect } from 'vitest';
import { gruOfBench, transformerOfBench } from '../../test/bench/step-plan.ts';
import { testWithTorch } from '../../test/torch/torch.ts';
import { askBoth, type LossAndGradients, randomBatch, relativeError } from './against-torch.fixture.ts';
import { translatorParameters } from './gru-translator.ts';
import { translatorTrainingGraph } from './gru-translator-training.ts';
import { transformerParameters } from './transformer-translator.ts';
import { transformerTrainingGraph } from './transformer-translator-training.ts';

/** `TORCH_BATCH=64x16x16` runs the batch that speed is measured with. */
const [gru, transformer] = [gruOfBench, transformerOfBench];
const [batch = 5, source = 8, target = 7] = (process.env['TORCH_BATCH'] ?? '5x8x7').split('x').map(Number);
const shape = { batch, source, target };

const settings = [
  { about: 'as trained: label smoothing and dropout', labelSmoothing: 0.1, dropout: 0.3 },
  { about: 'the plain likelihood', labelSmoothing: 0, dropout: 0 },
];
const minutes = 60_000;

describe.each(settings)('$about', ({ labelSmoothing, dropout }) => {
  const options = { labelSmoothing, dropout: dropout > 0 };

  testWithTorch('GRU with additive attention', { timeout: 10 * minutes }, async () => {
    const specs = translatorParameters(gru);
    const model = translatorTrainingGraph(gru, shape, options);
    const tensors = randomBatch(shape, gru.vocabulary);
    expectEqual(await askBoth({ script: 'gru_translator', options: { labelSmoothing }, specs, model, batch: tensors, dropout }), specs.length);
  });

  testWithTorch('Transformer', { timeout: 10 * minutes }, async () => {
    const specs = transformerParameters(transformer);
    const model = transformerTrainingGraph(transformer, shape, options);
    const { heads, layers } = transformer;
    const tensors = randomBatch(shape, transformer.vocabulary);
    expectEqual(
      await askBoth({ script: 'transformer_translator', options: { labelSmoothing, heads, layers }, specs, model, batch: tensors, dropout }),
      specs.length,
    );
  });
});

function expectEqual({ ours, theirs }: { ours: LossAndGradients; theirs: LossAndGradients }, parameters: number): void {
  expect(ours.loss / theirs.loss).toBeCloseTo(1, 5);
  expect(ours.likelihood / theirs.likelihood).toBeCloseTo(1, 5);
  expect(theirs.gradients.size).toBe(parameters);
  const errors = [...theirs.gradients].map(([name, expected]) => ({ name, error: relativeError(ours.gradients.get(name) ?? new Float32Array(), expected) }));
  expect(errors.filter(({ error }) => !(error <= 1e-4))).toEqual([]);
  const worst = errors.reduce((most, each) => (each.error > most.error ? each : most));
  if (process.env['TORCH_BATCH'] !== undefined) console.log('worst', worst, 'loss', ours.loss, theirs.loss);
}
