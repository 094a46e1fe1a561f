/** Architectures in three sizes for each task: sizes that were trained and measured here (docs/experiments), and one step up and down. */
import type { ModelSize } from '../../protocol/config.ts';
import type { Task } from '../../protocol/server.ts';

export interface ProposedModel {
  readonly title: string;
  readonly model: Readonly<Record<string, unknown>>;
  readonly learningRate: number;
  readonly dropout: number;
}

const recurrentTranslator = (width: number): ProposedModel => ({
  title: `GRU with additive attention, width ${width}`,
  model: {
    kind: 'recurrent-translator', cell: 'gru', embedding: width, hidden: width,
    encoder: { hidden: width, layers: 1, bidirectional: true }, attention: { score: 'additive', width },
  },
  learningRate: 0.003,
  dropout: 0.3,
});

const transformerTranslator = (width: number, heads: number, layers: number): ProposedModel => ({
  title: `Transformer, ${layers} + ${layers} layers, ${heads} heads, width ${width}`,
  model: { kind: 'transformer-translator', width, heads, inner: 4 * width, encoderLayers: layers, decoderLayers: layers, norm: 'pre', positions: 'sinusoidal' },
  learningRate: 0.002,
  dropout: 0.2,
});

const textClassifier = (embedding: number, hidden: number, attention: number): ProposedModel => ({
  title: `GRU with pooling by additive attention, width ${embedding}`,
  model: {
    kind: 'text-classifier', embedding,
    encoder: { kind: 'recurrent', cell: 'gru', hidden, layers: 1, bidirectional: true }, pooling: { kind: 'additive', width: attention },
  },
  learningRate: 0.002,
  dropout: 0.5,
});

const languageModel = (width: number, heads: number, layers: number): ProposedModel => ({
  title: `Transformer, ${layers} layers, ${heads} heads, width ${width}`,
  model: { kind: 'transformer-language-model', width, heads, inner: 4 * width, layers, norm: 'pre', positions: 'rotary' },
  learningRate: 0.002,
  dropout: 0.1,
});

interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const imageClassifier = (features: number, layers: number, image: ImageSize): ProposedModel => {
  const { patch, stride } = patchesOf(image);
  return {
    title: `Vision Transformer, ${layers} layers, width ${features}, patches of ${patch} pixels every ${stride}`,
    model: { kind: 'image-classifier', patch, stride, features, heads: 4, inner: 3 * features, layers, pooling: { kind: 'additive', width: features } },
    learningRate: 0.003,
    dropout: 0.1,
  };
};

/** @param image the size of the images, where it is they that are classified */
export function proposedModel(task: Task, size: ModelSize, image: ImageSize = { width: 1, height: 1 }): ProposedModel {
  switch (task) {
    case 'translation':
      return { small: recurrentTranslator(128), medium: recurrentTranslator(256), large: transformerTranslator(192, 4, 3) }[size];
    case 'dialogue':
      return { small: transformerTranslator(128, 4, 2), medium: transformerTranslator(192, 4, 3), large: transformerTranslator(256, 8, 4) }[size];
    case 'classification':
      return { small: textClassifier(64, 48, 48), medium: textClassifier(128, 96, 64), large: textClassifier(256, 160, 96) }[size];
    case 'language-modelling':
      return { small: languageModel(96, 4, 2), medium: languageModel(192, 6, 3), large: languageModel(256, 8, 4) }[size];
    case 'image-classification':
      return { small: imageClassifier(32, 2, image), medium: imageClassifier(64, 3, image), large: imageClassifier(96, 4, image) }[size];
  }
}

/** About as many as a map shows well. */
const wantedPatches = 64;

/** Patches that cover an image exactly, overlap by half at the most, and are about 64; those that overlap least where several are as many. */
export function patchesOf({ width, height }: ImageSize): { readonly patch: number; readonly stride: number } {
  let best = { patch: 1, stride: 1, cost: Infinity };
  for (let patch = 1; patch <= Math.min(width, height, 64); patch++) {
    for (let stride = Math.ceil(patch / 2); stride <= patch; stride++) {
      if ((width - patch) % stride !== 0 || (height - patch) % stride !== 0) continue;
      const count = (1 + (width - patch) / stride) * (1 + (height - patch) / stride);
      const cost = Math.abs(Math.log(count / wantedPatches)) + (patch - stride) / (100 * patch);
      if (cost < best.cost) best = { patch, stride, cost };
    }
  }
  return { patch: best.patch, stride: best.stride };
}
