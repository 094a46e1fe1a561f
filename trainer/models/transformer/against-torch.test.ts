/** Every kind of Transformer translator against PyTorch's: small ones here, one of usual size in ../against-torch.test.ts. */
import { testWithTorch } from '../../../test/torch/torch.ts';
import { Random } from '../../training/random.ts';
import { askBoth, expectSame, randomBatch } from '../against-torch.fixture.ts';
import { transformerTranslatorParameters, type TransformerTranslatorArchitecture } from './translator.ts';
import { transformerTranslatorTrainingGraph } from './translator-training.ts';

const sizes = { kind: 'transformer-translator', vocabulary: 50, width: 24, heads: 3, inner: 40, longest: 12 } as const;
const shape = { batch: 5, source: 8, target: 7 };
const tensors = randomBatch(shape, sizes.vocabulary);

const variants = (['pre', 'post'] as const).flatMap(norm => (['sinusoidal', 'learned', 'rotary'] as const).map(positions => ({ norm, positions })));

testWithTorch.each(variants)('$norm-norm, $positions positions: dropout, label smoothing, guided by alignments', async variant => {
  await expectSameAsTorch({ ...sizes, ...variant, encoderLayers: 2, decoderLayers: 3 }, { labelSmoothing: 0.1, dropout: 0.3, guided: 2 });
});

testWithTorch('one layer each, and nothing but the likelihood', async () => {
  const architecture = { ...sizes, norm: 'post', positions: 'learned', encoderLayers: 1, decoderLayers: 1 } as const;
  await expectSameAsTorch(architecture, { labelSmoothing: 0, dropout: 0, guided: 0 });
});

testWithTorch('the only layer is the one that is guided', async () => {
  const architecture = { ...sizes, norm: 'pre', positions: 'rotary', encoderLayers: 1, decoderLayers: 1 } as const;
  await expectSameAsTorch(architecture, { labelSmoothing: 0, dropout: 0, guided: 0.5 });
});

async function expectSameAsTorch(
  architecture: TransformerTranslatorArchitecture,
  { labelSmoothing, dropout, guided }: { readonly labelSmoothing: number; readonly dropout: number; readonly guided: number },
): Promise<void> {
  const specs = transformerTranslatorParameters(architecture);
  const model = transformerTranslatorTrainingGraph(architecture, shape, { labelSmoothing, dropout: dropout > 0, guided });
  const batch = guided > 0 ? { ...tensors, alignment: randomAlignment() } : tensors;
  const options = { ...architecture, labelSmoothing, guided };
  expectSame(await askBoth({ script: 'transformer_translator', options, specs, model, batch, dropout }), specs.length);
}

/** Each word but the end is linked to up to two words of its sentence's source, or to none. */
function randomAlignment(): Float32Array {
  const random = new Random('alignment');
  const { source_bias: bias, labels, label_weights: weights } = tensors;
  return Float32Array.from(
    Array.from({ length: shape.target * shape.batch }, (_, row) => {
      const words = Array.from({ length: shape.source }, (_, place) => place).filter(place => bias?.[(row % shape.batch) * shape.source + place] === 0);
      const links = Number(weights?.[row]) > 0 && Number(labels?.[row]) !== 2 ? random.shuffle(words).slice(0, random.below(3)) : [];
      return Array.from({ length: shape.source }, (_, place) => (links.includes(place) ? 1 / links.length : 0));
    }).flat(),
  );
}
