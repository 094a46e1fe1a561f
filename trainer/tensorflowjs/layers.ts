/** Every class of layers that can be run, by Keras' name. */
import { Failure } from '../../protocol/failure.ts';
import { quoted } from '../formats/broken.ts';
import type { LayerBuilder } from './call.ts';
import { activationLayer, eluLayer, identity, leakyRelu, prelu, relu, rescaling, softmax, thresholdedRelu } from './layers/activations.ts';
import { additiveAttention, luongAttention } from './layers/attention.ts';
import { convolution } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { dot } from './layers/dot.ts';
import { embedding } from './layers/embedding.ts';
import { adding, averaging, concatenating, dividing, maximum, minimum, multiplying, subtracting } from './layers/merge.ts';
import { multiHeadAttention } from './layers/multi-head-attention.ts';
import { batchNormalizing, layerNormalizing } from './layers/normalization.ts';
import { allTrue, anyTrue, both, differing, either, equalling, expandingDims, multiplyingMatrices, negating, squeezing } from './layers/operations.ts';
import { globalPooling, pooling } from './layers/pooling.ts';
import { bidirectional, recurrent } from './layers/recurrent.ts';
import { flatten, masking, permuting, repeating, reshaping, zeroPadding } from './layers/shape.ts';
import { timeDistributed } from './layers/time-distributed.ts';

const layers: Readonly<Record<string, LayerBuilder>> = {
  Embedding: embedding,
  Dense: dense,
  SimpleRNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
  RNN: recurrent,
  Bidirectional: bidirectional,
  TimeDistributed: timeDistributed,
  Attention: luongAttention,
  AdditiveAttention: additiveAttention,
  MultiHeadAttention: multiHeadAttention,
  Dot: dot,
  Add: adding,
  Subtract: subtracting,
  Multiply: multiplying,
  Average: averaging,
  Maximum: maximum,
  Minimum: minimum,
  Concatenate: concatenating,
  LayerNormalization: layerNormalizing,
  BatchNormalization: batchNormalizing,
  Activation: activationLayer,
  Softmax: softmax,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  ELU: eluLayer,
  ThresholdedReLU: thresholdedRelu,
  Rescaling: rescaling,
  Masking: masking,
  Flatten: flatten,
  Reshape: reshaping,
  Permute: permuting,
  RepeatVector: repeating,
  ZeroPadding1D: zeroPadding(1),
  ZeroPadding2D: zeroPadding(2),
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  MaxPooling1D: pooling('max', 1),
  MaxPooling2D: pooling('max', 2),
  AveragePooling1D: pooling('average', 1),
  AveragePooling2D: pooling('average', 2),
  GlobalMaxPooling1D: globalPooling('max', 1),
  GlobalMaxPooling2D: globalPooling('max', 2),
  GlobalAveragePooling1D: globalPooling('average', 1),
  GlobalAveragePooling2D: globalPooling('average', 2),
  // What works only while a model is trained.
  Dropout: identity,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  AlphaDropout: identity,
  ActivityRegularization: identity,
  Identity: identity,
};

/** Keras 3's operations, which stand among the layers. */
const operations: Readonly<Record<string, LayerBuilder>> = {
  NotEqual: differing,
  Equal: equalling,
  LogicalAnd: both,
  LogicalOr: either,
  LogicalNot: negating,
  Any: anyTrue,
  All: allTrue,
  ExpandDims: expandingDims,
  Squeeze: squeezing,
  Matmul: multiplyingMatrices,
  Divide: dividing,
  TrueDivide: dividing,
};

const supportedLayers: readonly string[] = Object.keys(layers);

export function canBuild(className: string): boolean {
  return Object.hasOwn(layers, className) || Object.hasOwn(operations, className);
}

/** Builds a layer of any class but models. @throws Failure `broken-model`, naming the layer, its class and what there is */
export const buildLayer: LayerBuilder = call => {
  const { className, name } = call.layer;
  const builder = Object.hasOwn(layers, className) ? layers[className] : Object.hasOwn(operations, className) ? operations[className] : undefined;
  if (builder !== undefined) return builder(call);
  throw new Failure(
    'broken-model',
    `${call.build.file}: layer ${quoted(name)} is ${reasons.get(className) ?? `a ${quoted(className)}, which is not supported`}; expected one of ${supportedLayers.join(', ')}.`,
    'Export the model to ONNX (tf2onnx does), and open that: every operator of ONNX Runtime works there.',
  );
};

const reasons: ReadonlyMap<string, string> = new Map([
  ['Lambda', 'a "Lambda", a function of Python that the file holds as byte code: that is not run'],
  ['TFOpLambda', 'a "TFOpLambda", a function of TensorFlow between layers, which is not supported'],
  ['SlicingOpLambda', 'a "SlicingOpLambda", a slice between layers, which is not supported'],
  ['CuDNNLSTM', 'a "CuDNNLSTM", whose weights are laid out for a graphics card'],
  ['CuDNNGRU', 'a "CuDNNGRU", whose weights are laid out for a graphics card'],
  ['TextVectorization', 'a "TextVectorization", which is fed texts: only numbers are'],
  ['StringLookup', 'a "StringLookup", which is fed texts: only numbers are'],
]);
