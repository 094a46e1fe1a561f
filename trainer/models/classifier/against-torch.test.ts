/** Every kind of classifier against PyTorch's: loss and gradients, with class weights, padding and dropout. */
import { testWithTorch } from '../../../test/torch/torch.ts';
import { Random } from '../../training/random.ts';
import { askBoth, expectSame, type Question } from '../against-torch.fixture.ts';
import { known } from '../recurrent/cell.ts';
import { encoders, imageArchitecture, layPatches, poolings, randomTexts, stem, textArchitecture } from './classifier.fixture.ts';
import type { ClassifierTrainingGraph, FinerLabels } from './head.ts';
import { imageClassifierParameters } from './image-classifier.ts';
import { imageClassifierTrainingGraph } from './image-classifier-training.ts';
import { patchCount, patchFeatures } from './patches.ts';
import { textClassifierTrainingGraph, textClassifierTrainingParameters } from './text-classifier-training.ts';

const script = 'classifier' as const;
const [none, preNorm, postNorm, gru, lstm] = encoders;
const [mean, additive, selfAttentive, multiHead] = poolings;
const unaided: FinerLabels | undefined = undefined;
const trained = { labelSmoothing: 0.1, dropout: 0.3, finer: unaided };
const plain = { labelSmoothing: 0, dropout: 0, finer: unaided };

const classifiers = [
  { encoder: none, pooling: additive, ...trained },
  { encoder: preNorm, pooling: selfAttentive, ...trained },
  { encoder: postNorm, pooling: mean, ...trained },
  { encoder: gru, pooling: multiHead, ...trained },
  { encoder: gru, pooling: additive, ...trained, finer: { count: 7, weight: 0.6 } },
  { encoder: lstm, pooling: { kind: 'self-attentive', width: 3, hops: 1, penalty: 0 } as const, ...plain },
];

testWithTorch.each(classifiers)('$encoder.about, $pooling.kind pooling, dropout $dropout, finer $finer', async ({ encoder, pooling, labelSmoothing, dropout, finer }) => {
  const architecture = textArchitecture(known(encoder), known(pooling));
  const { shape, tensors } = randomTexts(architecture);
  const model = textClassifierTrainingGraph(architecture, shape, { labelSmoothing, dropout: dropout > 0, finer });
  const batch = finer === undefined ? tensors : { ...tensors, finer_labels: BigInt64Array.of(6n, 0n, 3n, 3n, 0n) };
  const specs = textClassifierTrainingParameters(architecture, { finer });
  await compare(model, { options: { ...architecture, labelSmoothing, finer: finer?.weight ?? 0 }, specs, batch, dropout });
});

testWithTorch.each([
  { norm: 'pre', positions: 'learned', pooling: selfAttentive, stem: undefined },
  { norm: 'post', positions: 'sinusoidal', pooling: multiHead, stem: undefined },
  { norm: 'pre', positions: 'learned', pooling: additive, stem },
] as const)('images: $norm-norm, $positions positions, $pooling.kind pooling, stem $stem', async ({ pooling, ...variant }) => {
  const architecture = { ...imageArchitecture(known(pooling)), ...variant };
  const [count, features] = [patchCount(architecture), patchFeatures(architecture)];
  const random = new Random('images');
  const images = [0, 2, 1].map(label => ({ label, patches: Float32Array.from({ length: count * features }, () => random.normal()) }));
  const { labelSmoothing, dropout } = trained;
  const model = imageClassifierTrainingGraph(architecture, { batch: images.length }, { labelSmoothing, dropout: true });
  await compare(model, { options: { ...architecture, labelSmoothing }, specs: imageClassifierParameters(architecture), batch: layPatches(images, features), dropout });
});

async function compare(model: ClassifierTrainingGraph, question: Omit<Question, 'script' | 'model'>): Promise<void> {
  expectSame(await askBoth({ ...question, script, model: { ...model, attention: [model.attention] } }), question.specs.length);
}
