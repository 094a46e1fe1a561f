/** Small classifiers of every kind, random batches for them, and a few steps of training. */
import { differentiate } from '../../graph/gradients/backward.ts';
import { outputWhole } from '../../graph/gradients/gradient-check.fixture.ts';
import { type Feeds, loadGraph, numbers } from '../../graph/run.fixture.ts';
import { Random } from '../../training/random.ts';
import { TrainingState } from '../../training/state.ts';
import { optimize } from '../../training/optimizer.ts';
import type { ParameterSpec, StoreParameter } from '../parameters.ts';
import type { TextEncoderArchitecture } from './encoder.ts';
import type { ClassifierTrainingGraph } from './head.ts';
import type { ImageClassifierArchitecture } from './image-classifier.ts';
import type { PoolingArchitecture } from './pooling.ts';
import type { TextClassifierArchitecture } from './text-classifier.ts';

export const poolings: readonly PoolingArchitecture[] = [
  { kind: 'mean' },
  { kind: 'additive', width: 7 },
  { kind: 'self-attentive', width: 7, hops: 3, penalty: 0.4 },
  { kind: 'multi-head', heads: 2 },
];

const transformer = { kind: 'transformer', heads: 3, inner: 20, layers: 2, longest: 16 } as const;

export const encoders: readonly (TextEncoderArchitecture & { readonly about: string })[] = [
  { about: 'no encoder', kind: 'none' },
  { about: 'a pre-norm Transformer, learned positions', ...transformer, norm: 'pre', positions: 'learned' },
  { about: 'a post-norm Transformer, sinusoidal positions', ...transformer, norm: 'post', positions: 'sinusoidal' },
  { about: 'two bidirectional layers of GRU', kind: 'recurrent', cell: 'gru', hidden: 5, layers: 2, bidirectional: true },
  { about: 'an LSTM', kind: 'recurrent', cell: 'lstm', hidden: 8, layers: 1, bidirectional: false },
];

export function textArchitecture(encoder: TextEncoderArchitecture, pooling: PoolingArchitecture): TextClassifierArchitecture {
  return { kind: 'text-classifier', vocabulary: 30, classes: 4, embedding: 12, encoder, pooling };
}

/** Twelve patches of 4 × 4 pixels in three colours, half over each other. */
export function imageArchitecture(pooling: PoolingArchitecture): ImageClassifierArchitecture {
  const image = { height: 8, width: 10, channels: 3, patch: 4, stride: 2 };
  return { kind: 'image-classifier', ...image, classes: 3, features: 12, heads: 3, inner: 20, layers: 2, norm: 'pre', positions: 'learned', pooling };
}

/** Each patch read by nine windows of 2 × 2 pixels. */
export const stem = { window: 2, step: 1, features: 5 };

type Tensors = Readonly<Record<string, BigInt64Array | Float32Array>>;

/** A text of one label. */
export interface LabelledIds {
  readonly ids: readonly number[];
  readonly label: number;
}

/** Lays texts out as the training graph takes them; rows that are missing count for nothing. */
export function padTexts(texts: readonly LabelledIds[], batch: number, source: number, weights: readonly number[]): Tensors {
  const ids = new BigInt64Array(source * batch);
  const mask = new Float32Array(source * batch);
  const bias = new Float32Array(batch * source).fill(-1e9);
  texts.forEach((text, row) =>
    text.ids.forEach((id, time) => {
      ids[time * batch + row] = BigInt(id);
      mask[time * batch + row] = 1;
      bias[row * source + time] = 0;
    }),
  );
  return { source: ids, source_mask: mask, source_bias: bias, ...labelled(texts, batch, weights) };
}

/** Lays `[patches, features]` of each image out time-major. */
export function layPatches(images: readonly { readonly patches: Float32Array; readonly label: number }[], features: number): Tensors {
  const batch = images.length;
  const patches = new Float32Array(images.reduce((sum, image) => sum + image.patches.length, 0));
  images.forEach((image, row) =>
    image.patches.forEach((number, at) => (patches[(Math.floor(at / features) * batch + row) * features + (at % features)] = number)),
  );
  return { patches, ...labelled(images, batch, new Array<number>(batch).fill(1 / batch)) };
}

function labelled(examples: readonly { readonly label: number }[], batch: number, weights: readonly number[]): Tensors {
  return {
    labels: BigInt64Array.from({ length: batch }, (_, row) => BigInt(examples[row]?.label ?? 0)),
    label_weights: Float32Array.from({ length: batch }, (_, row) => weights[row] ?? 0),
  };
}

/** Four texts of different lengths and weights, and a row that is none. */
export function randomTexts({ vocabulary, classes }: TextClassifierArchitecture): { readonly shape: { readonly batch: number; readonly source: number }; readonly tensors: Tensors } {
  const random = new Random('texts');
  const texts = [1, 7, 4, 6].map(length => ({ ids: Array.from({ length }, () => random.below(vocabulary)), label: random.below(classes) }));
  return { shape: { batch: 5, source: 8 }, tensors: padTexts(texts, 5, 8, [0.1, 0.3, 0.2, 0.4]) };
}

export function storeOf(specs: readonly ParameterSpec[], parameters: ReadonlyMap<string, Float32Array>): StoreParameter {
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  return (graph, name) => graph.constant('float32', shapes.get(name) ?? [], parameters.get(name) ?? new Float32Array(), name);
}

/** Trains by Adam on one batch over and over; returns the parameters and the last loss. */
export async function train(
  { graph, parameters, loss }: ClassifierTrainingGraph,
  specs: readonly ParameterSpec[],
  batch: Feeds,
  { steps, rate }: { readonly steps: number; readonly rate: number },
): Promise<{ readonly parameters: ReadonlyMap<string, Float32Array>; readonly loss: number }> {
  for (const [input, gradient] of differentiate(loss, [...parameters.values()])) outputWhole(graph, input, gradient);
  graph.output(loss, 'loss');
  const run = await loadGraph(graph);
  const state = TrainingState.start(specs, 1, 0);
  const values = new Map(state.parameters.map(({ spec, value }) => [spec.name, value.data]));
  const settings = { optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-8 }, weightDecay: 0, clipNorm: 1 } as const;
  let last = Number.NaN;
  for (let step = 0; step < steps; step++) {
    const outputs = await run({ ...batch, ...Object.fromEntries(values) });
    last = Number(numbers(outputs, 'loss')[0]);
    for (const { spec, gradient } of state.parameters) gradient.data.set(numbers(outputs, `gradient.${spec.name}`));
    optimize(state, rate, settings);
  }
  return { parameters: values, loss: last };
}
