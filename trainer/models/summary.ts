/** An architecture in one line, as a list of models shows it. */
import type { ImageClassifierArchitecture } from './classifier/image-classifier.ts';
import { patchCount } from './classifier/patches.ts';
import type { PoolingArchitecture } from './classifier/pooling.ts';
import type { TextClassifierArchitecture } from './classifier/text-classifier.ts';
import type { Architecture } from './model.ts';

/** "Transformer, 4 + 4 layers, 4 heads, width 128, 5,000 tokens" */
export function summaryOf(architecture: Architecture): string {
  return partsOf(architecture).join(', ');
}

function partsOf(architecture: Architecture): string[] {
  switch (architecture.kind) {
    case 'recurrent-translator': {
      const { cell, hidden, attention, vocabulary } = architecture;
      const how = attention.score === 'none' ? 'without attention' : `with ${attention.score} attention`;
      return [`${cell.toUpperCase()} ${how}`, `${hidden} units`, tokens(vocabulary)];
    }
    case 'transformer-translator': {
      const { encoderLayers, decoderLayers, heads, width, vocabulary } = architecture;
      return ['Transformer', `${encoderLayers} + ${decoderLayers} layers`, counted(heads, 'head'), `width ${width}`, tokens(vocabulary)];
    }
    case 'transformer-language-model': {
      const { layers, heads, width, vocabulary } = architecture;
      return ['Transformer', counted(layers, 'layer'), counted(heads, 'head'), `width ${width}`, tokens(vocabulary)];
    }
    case 'text-classifier':
      return textClassifierParts(architecture);
    case 'image-classifier':
      return imageClassifierParts(architecture);
  }
}

function textClassifierParts({ embedding, encoder, pooling, vocabulary, classes }: TextClassifierArchitecture): string[] {
  const sizes = [counted(classes, 'class', 'classes'), tokens(vocabulary)];
  switch (encoder.kind) {
    case 'none':
      return [`Embeddings with ${poolingName(pooling)}`, `width ${embedding}`, ...sizes];
    case 'recurrent':
      return [`${encoder.cell.toUpperCase()} with ${poolingName(pooling)}`, `${encoder.hidden} units`, ...sizes];
    case 'transformer':
      return [
        `Transformer with ${poolingName(pooling)}`,
        counted(encoder.layers, 'layer'),
        counted(encoder.heads, 'head'),
        `width ${embedding}`,
        ...sizes,
      ];
  }
}

function imageClassifierParts(architecture: ImageClassifierArchitecture): string[] {
  const { pooling, layers, heads, features, classes, width, height } = architecture;
  return [
    `Vision Transformer with ${poolingName(pooling)}`,
    counted(layers, 'layer'),
    counted(heads, 'head'),
    `width ${features}`,
    counted(classes, 'class', 'classes'),
    `${width} × ${height} pixels in ${counted(patchCount(architecture), 'patch', 'patches')}`,
  ];
}

function poolingName(pooling: PoolingArchitecture): string {
  switch (pooling.kind) {
    case 'mean':
    case 'additive':
      return `${pooling.kind} pooling`;
    case 'self-attentive':
      return `self-attentive pooling of ${counted(pooling.hops, 'hop')}`;
    case 'multi-head':
      return `pooling by ${counted(pooling.heads, 'head')}`;
  }
}

const tokens = (vocabulary: number): string => `${vocabulary.toLocaleString('en')} tokens`;

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
