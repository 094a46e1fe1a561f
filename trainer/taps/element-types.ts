/** Element types of what operators give, as far as attention needs to know them. */
import type { Dtype } from '../formats/dtype.ts';
import { dtypeOf } from '../onnx/data-types.ts';
import type { Step } from './flow.ts';
import { integerAttribute } from './attributes.ts';
import type { Shapes } from './shapes.ts';

const always: ReadonlyMap<string, Dtype> = new Map(Object.entries<Dtype>({
  Shape: 'int64', Size: 'int64', NonZero: 'int64', ArgMax: 'int64', MatMulInteger: 'int32', ConvInteger: 'int32',
  Equal: 'bool', Less: 'bool', LessOrEqual: 'bool', Greater: 'bool', GreaterOrEqual: 'bool', And: 'bool', Or: 'bool', Not: 'bool', IsNaN: 'bool',
  'com.microsoft.MatMulIntegerToFloat': 'float32', 'com.microsoft.DynamicQuantizeMatMul': 'float32',
}));

/** Operators that give what their first two inputs are of: often one of them is a weight, which says it. */
const asBoth: ReadonlySet<string> = new Set(['MatMul', 'Gemm', 'Einsum', 'Add', 'Sub', 'Mul', 'Div', 'Concat', 'Max', 'Min', 'Sum', 'Conv', 'ConvTranspose']);

/** Operators that give what their first input is of; of others, and where that is not known, nothing is said. */
const asFirst: ReadonlySet<string> = new Set([
  'Softmax', 'LogSoftmax', 'Exp', 'Pow', 'Sqrt', 'Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity', 'Expand', 'Slice', 'Split', 'Gather',
  'Tile', 'Pad', 'Clip', 'Tanh', 'Relu', 'Erf', 'Neg', 'LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization',
  'ReduceSum', 'ReduceMean', 'ReduceMax', 'Flatten', 'BatchNormalization', 'HardSigmoid', 'HardSwish', 'AveragePool', 'GlobalAveragePool',
  'Trilu', 'GRU', 'LSTM', 'Sigmoid', 'Attention', 'com.microsoft.Attention', 'com.microsoft.MultiHeadAttention', 'com.microsoft.FusedMatMul',
  'com.microsoft.GroupQueryAttention', 'com.microsoft.SkipLayerNormalization', 'com.microsoft.SkipSimplifiedLayerNormalization',
  'com.microsoft.BiasGelu', 'com.microsoft.FastGelu', 'com.microsoft.Gelu', 'com.microsoft.BiasSoftmax', 'com.microsoft.MatMulNBits',
  'com.microsoft.RotaryEmbedding', 'com.microsoft.QuickGelu', 'com.microsoft.BiasAdd', 'com.microsoft.BiasSplitGelu', 'Dropout',
  '(either)', '(carried)', '(slice)', '(stacked)', '(out)',
]);

export function elementType(step: Step, output: number, shapes: Shapes): Dtype | undefined {
  const { operator, inputs } = step;
  const fixed = always.get(operator);
  if (fixed !== undefined) return fixed;
  switch (operator) {
    case 'Cast': {
      const to = integerAttribute(step, 'to');
      return to === undefined ? undefined : dtypeOf(to);
    }
    case 'Where':
      return shapes.dtype(inputs[1]) ?? shapes.dtype(inputs[2]);
    case 'DequantizeLinear':
      return shapes.dtype(inputs[1]);
    case 'DynamicQuantizeLinear':
      return output === 1 ? 'float32' : 'uint8';
    case 'com.microsoft.EmbedLayerNormalization':
      return shapes.dtype(inputs[2]);
    case 'Constant': {
      const value = step.attributes.get('value');
      return value?.kind === 'tensor' ? value.value.dtype : undefined;
    }
    default:
      if (asBoth.has(operator)) return shapes.dtype(inputs[0]) ?? shapes.dtype(inputs[1]);
      return asFirst.has(operator) && !(operator === 'Dropout' && output > 0) ? shapes.dtype(inputs[0]) : undefined;
  }
}
