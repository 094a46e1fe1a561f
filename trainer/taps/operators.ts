/** What operators do to a tensor, as far as attention has to be followed through them. */
import { crossings, type FlowValue, type Step } from './flow.ts';

/** Products of two matrices: which of their inputs the matrices are. */
const products: ReadonlyMap<string, readonly [number, number]> = new Map<string, readonly [number, number]>([
  ['MatMul', [0, 1]], ['Gemm', [0, 1]], ['Einsum', [0, 1]], ['MatMulInteger', [0, 1]], ['QLinearMatMul', [0, 3]],
  ...['FusedMatMul', 'TransposeMatMul', 'MatMulIntegerToFloat', 'DynamicQuantizeMatMul', 'MatMulNBits', 'MatMulBnb4', 'MatMulFpQ4',
    'FusedGemm', 'GemmFastGelu', 'FusedMatMulActivation', 'GemmFloat8'].map(name => [`com.microsoft.${name}`, [0, 1]] as const),
  ['com.microsoft.QGemm', [0, 3]],
]);

/** The two sides of a product; `undefined` for any other step. */
export function sides(step: Step): readonly [FlowValue, FlowValue] | undefined {
  const places = products.get(step.operator);
  if (places === undefined) return undefined;
  const [left, right] = [step.inputs[places[0]], step.inputs[places[1]]];
  return left === undefined || right === undefined ? undefined : [left, right];
}

const convolutions: ReadonlySet<string> = new Set([
  'Conv', 'ConvTranspose', 'ConvInteger', 'QLinearConv', 'com.microsoft.FusedConv', 'com.microsoft.NhwcConv', 'com.microsoft.NhwcFusedConv',
  'com.microsoft.QLinearConv',
]);

/** Whether it makes something new of what it is given, by weights. */
export const isConvolution = (step: Step): boolean => convolutions.has(step.operator);

/** Nothing but the name, the type, the precision or the shape changes. */
const layouts: ReadonlySet<string> = new Set([
  'Identity', 'Cast', 'CastLike', 'Dropout', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Transpose', 'Expand', 'QuantizeLinear',
  'DequantizeLinear', 'DynamicQuantizeLinear', 'com.microsoft.QuantizeLinear', 'com.microsoft.DequantizeLinear', 'com.microsoft.BitmaskDropout',
  'com.microsoft.QLinearReshape', crossings.either, crossings.carried, crossings.out, crossings.slice, crossings.stacked,
]);

export const isLayout = (step: Step): boolean => layouts.has(step.operator);

const around: readonly string[] = [
  'Mul', 'Div', 'Add', 'Sub', 'Where', 'Slice', 'Pad', 'Concat', 'Split', 'Tile', 'Max', 'Min', 'Clip', 'Sum', 'Gather', 'GatherElements',
  'com.microsoft.QLinearAdd', 'com.microsoft.QLinearMul', 'com.microsoft.QLinearConcat',
];

/** What may stand between the weights and their product with the values: masks, gates, dropout, changes of layout. */
const afterSoftmax: ReadonlySet<string> = new Set([...layouts, ...around]);
/** What may stand between the product of queries and keys and the softmax: besides, scale, bias, soft caps, masks written in. */
const beforeSoftmax: ReadonlySet<string> = new Set([
  ...layouts, ...around, 'Tanh', 'Neg', 'ScatterND', 'ScatterElements', 'Trilu',
]);

export const leadsToProduct = (step: Step): boolean => afterSoftmax.has(step.operator);
export const leadsFromProduct = (step: Step): boolean => beforeSoftmax.has(step.operator);

/** What may stand between a projection and the product it goes into: bias, heads, positions turned in, norms, a cache. */
const afterProjection: ReadonlySet<string> = new Set([
  ...beforeSoftmax, 'Pow', 'Sqrt', 'Reciprocal', 'ReduceMean', 'ReduceSum', 'ReduceSumSquare', 'ReduceL2', 'LpNormalization', 'LayerNormalization',
  'SimplifiedLayerNormalization', 'RMSNormalization', 'com.microsoft.SimplifiedLayerNormalization', 'RotaryEmbedding',
  'com.microsoft.RotaryEmbedding', 'com.microsoft.GemmaRotaryEmbedding', 'TensorScatter', 'BatchNormalization',
]);

export const leadsFromProjection = (step: Step): boolean => afterProjection.has(step.operator);

/** Inputs through which the tensor itself comes in, rather than a shape, an axis, a condition or an index. */
export function tensors(step: Step): readonly FlowValue[] {
  const [first, second, third] = step.inputs;
  const found = (values: readonly (FlowValue | undefined)[]): FlowValue[] => values.filter(value => value !== undefined);
  switch (step.operator) {
    case 'Where':
      return found([second, third]);
    case 'ScatterND':
    case 'ScatterElements':
      return found([first, third]);
    case 'TensorScatter':
      return found([first, second]);
    case 'Reshape': case 'Squeeze': case 'Unsqueeze': case 'Expand': case 'Slice': case 'Pad': case 'Split': case 'Tile': case 'Gather':
    case 'GatherElements': case 'Clip': case 'Dropout': case 'Trilu': case 'QuantizeLinear': case 'DequantizeLinear': case 'ReduceMean':
    case 'ReduceSum': case 'ReduceL2': case 'ReduceSumSquare': case 'RotaryEmbedding': case 'Pow': case 'CastLike':
    case 'LayerNormalization': case 'SimplifiedLayerNormalization': case 'RMSNormalization': case 'BatchNormalization':
    case 'com.microsoft.SimplifiedLayerNormalization': case 'com.microsoft.RotaryEmbedding': case 'com.microsoft.GemmaRotaryEmbedding':
    case 'com.microsoft.QuantizeLinear': case 'com.microsoft.DequantizeLinear': case 'com.microsoft.QLinearReshape':
      return found([first]);
    case 'com.microsoft.QLinearAdd':
    case 'com.microsoft.QLinearMul':
      return found([first, step.inputs[3]]);
    default:
      return found(step.inputs);
  }
}
