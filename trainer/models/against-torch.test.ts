/**
 * The two whole models against PyTorch's: same weights, same batch, same dropout masks; PyTorch computes one sentence at a
 * time, without padding, in double precision. Errors are ‖ours − theirs‖ / ‖theirs‖ of each parameter's gradient.
 */
import { describe } from 'vitest';
import { gruOfBench, transformerOfBench } from '../../test/bench/step-plan.ts';
import { testWithTorch } from '../../test/torch/torch.ts';
import { askBoth, expectSame, randomBatch } from './against-torch.fixture.ts';
import { recurrentTranslatorTrainingGraph } from './recurrent/translator-training.ts';
import { recurrentTranslatorParameters } from './recurrent/translator.ts';
import { transformerTranslatorParameters } from './transformer/translator.ts';
import { transformerTranslatorTrainingGraph } from './transformer/translator-training.ts';

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
    const specs = recurrentTranslatorParameters(gru);
    const model = recurrentTranslatorTrainingGraph(gru, shape, options);
    const tensors = randomBatch(shape, gru.vocabulary);
    expectSame(
      await askBoth({ script: 'recurrent_translator', options: { ...gru, labelSmoothing }, specs, model, batch: tensors, dropout }),
      specs.length,
    );
  });

  testWithTorch('Transformer', { timeout: 10 * minutes }, async () => {
    const specs = transformerTranslatorParameters(transformer);
    const model = transformerTranslatorTrainingGraph(transformer, shape, options);
    const tensors = randomBatch(shape, transformer.vocabulary);
    expectSame(
      await askBoth({ script: 'transformer_translator', options: { ...transformer, labelSmoothing }, specs, model, batch: tensors, dropout }),
      specs.length,
    );
  });
});
