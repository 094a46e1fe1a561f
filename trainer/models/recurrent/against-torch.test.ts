/** Recurrent translators against PyTorch's: small ones here, one of usual size in ../against-torch.test.ts. */
import { testWithTorch } from '../../../test/torch/torch.ts';
import { Random } from '../../training/random.ts';
import { askBoth, expectSame, randomBatch } from '../against-torch.fixture.ts';
import { everyKind } from './architectures.fixture.ts';
import { recurrentTranslatorTrainingGraph } from './translator-training.ts';
import { recurrentTranslatorParameters } from './translator.ts';

const shape = { batch: 5, source: 9, target: 7 };

/**
 * Each score once, with either cell, flat and deep, in either order: PyTorch takes a second to start. Hard attention is given
 * the noise that it draws with.
 */
const variants = everyKind.filter(({ about }) =>
  [
    'none, LSTM of two layers, before',
    'additive, GRU, before',
    'dot, LSTM, after',
    'general, GRU of two layers, after, fed',
    'location, GRU, before',
    'local-p, LSTM, after',
    'scaled-dot-product, LSTM of two layers, before',
    'multi-head, GRU of two layers, after, fed',
    'hard, GRU, before',
    'hard, LSTM, after',
    'coverage, LSTM of two layers, after, fed',
    'one direction, three layers below one, LSTM',
  ].includes(about),
);

testWithTorch.each(variants)('$about: dropout, label smoothing, guided by alignments', async ({ architecture }) => {
  const specs = recurrentTranslatorParameters(architecture);
  const guided = architecture.attention.score === 'none' || architecture.attention.score === 'local-p' ? 0 : 0.7;
  const tensors = randomBatch(shape, architecture.vocabulary);
  const noise = architecture.attention.score === 'hard' ? { 'gumbel.attention': randomNoise() } : {};
  const batch = { ...tensors, ...noise, ...(guided > 0 && { alignment: randomAlignment(tensors) }) };
  const options = { ...architecture, labelSmoothing: 0.1, guided };
  const model = recurrentTranslatorTrainingGraph(architecture, shape, { labelSmoothing: 0.1, dropout: true, guided });
  expectSame(await askBoth({ script: 'recurrent_translator', options, specs, model, batch, dropout: 0.3 }), specs.length);
});

/** Two in three real words are linked to the first word of their sentence's source, some to its second too. */
function randomAlignment({ source_bias: bias, label_weights: weights }: ReturnType<typeof randomBatch>): Float32Array {
  const random = new Random('alignment');
  const alignment = new Float32Array(shape.target * shape.batch * shape.source);
  for (let row = 0; row < shape.target * shape.batch; row++) {
    if (Number(weights?.[row]) === 0 || random.below(3) === 0) continue;
    const both = bias?.[(row % shape.batch) * shape.source + 1] === 0 && random.below(2) === 0;
    alignment.set(both ? [0.5, 0.5] : [1], row * shape.source);
  }
  return alignment;
}

/** Standard Gumbel noise of every step and source position. */
function randomNoise(): Float32Array {
  const random = new Random('noise');
  return Float32Array.from({ length: shape.target * shape.batch * shape.source }, () => -Math.log(-Math.log(0.001 + 0.998 * random.uniform())));
}
