/** The operators our graphs are made of, and the attributes of each, as the ONNX operator specification names them. */
import type { Float, Floats, Texts } from '../onnx/messages.ts';

export interface OperatorAttributes {
  Add: NoAttributes;
  Sub: NoAttributes;
  Mul: NoAttributes;
  Div: NoAttributes;
  Pow: NoAttributes;
  Neg: NoAttributes;
  Exp: NoAttributes;
  Log: NoAttributes;
  Sqrt: NoAttributes;
  Cos: NoAttributes;
  Sin: NoAttributes;
  Erf: NoAttributes;
  Tanh: NoAttributes;
  Sigmoid: NoAttributes;
  Relu: NoAttributes;
  Greater: NoAttributes;
  Equal: NoAttributes;
  And: NoAttributes;
  Or: NoAttributes;
  Not: NoAttributes;
  Clip: NoAttributes;
  Where: NoAttributes;
  Identity: NoAttributes;
  /** `Identity` in the file; differentiation takes what comes out for a constant. */
  Detach: NoAttributes;
  Gemm: { readonly transA?: 0 | 1; readonly transB?: 0 | 1; readonly alpha?: Float };
  MatMul: NoAttributes;
  FusedMatMul: {
    readonly transA?: 0 | 1;
    readonly transB?: 0 | 1;
    readonly transBatchA?: 0 | 1;
    readonly transBatchB?: 0 | 1;
    readonly alpha?: Float;
  };
  Conv: SlidingWindow & { readonly dilations?: readonly number[] };
  MaxPool: SlidingWindow & { readonly kernel_shape: readonly number[] };
  AveragePool: SlidingWindow & { readonly kernel_shape: readonly number[] };
  Pad: { readonly mode: 'constant' };
  Reshape: NoAttributes;
  Transpose: { readonly perm: readonly number[] };
  Split: { readonly axis: number };
  Concat: { readonly axis: number };
  Slice: NoAttributes;
  Expand: NoAttributes;
  Squeeze: NoAttributes;
  Unsqueeze: NoAttributes;
  ReduceSum: { readonly keepdims: 0 | 1 };
  ReduceMean: { readonly keepdims: 0 | 1 };
  ReduceMax: { readonly keepdims: 0 | 1 };
  Softmax: { readonly axis: number };
  LogSoftmax: { readonly axis: number };
  Hardmax: { readonly axis: number };
  CumSum: { readonly exclusive: 0 | 1 };
  LayerNormalization: { readonly axis: number; readonly epsilon: Float };
  Gather: { readonly axis: number };
  GatherND: { readonly batch_dims: number };
  ScatterElements: { readonly axis: number; readonly reduction: 'none' | 'add' };
  SoftmaxCrossEntropyLoss: { readonly reduction: 'none' };
  RNN: Recurrence;
  GRU: Recurrence & { readonly linear_before_reset: 0 | 1 };
  LSTM: Recurrence;
  DequantizeLinear: { readonly axis: number };
  Cast: { readonly to: number };
  Shape: { readonly start: number; readonly end: number };
  Range: NoAttributes;
}

type NoAttributes = Readonly<Record<never, never>>;

interface Recurrence {
  readonly hidden_size: number;
  readonly direction: 'forward' | 'reverse' | 'bidirectional';
  /** Left out: the sigmoid for gates, tanh for everything else. */
  readonly activations?: Texts;
  /** Those of the activations that have one, in their order. */
  readonly activation_alpha?: Floats;
  readonly activation_beta?: Floats;
}

/** What is laid over an image `[batch, channels, …]` at every stride. */
export interface SlidingWindow {
  readonly strides: readonly number[];
  /** Zeros before each axis, then behind each. */
  readonly pads?: readonly number[];
  /** `SAME_UPPER`: as many zeros as make the result as long as the image over the stride, an odd one behind. */
  readonly auto_pad?: 'SAME_UPPER' | 'VALID';
}

export const float = (value: number): Float => ({ float: value });

export type Operator = keyof OperatorAttributes;
export type AttributeValue = number | Float | string | readonly number[] | Floats | Texts;

/** Operators that ONNX Runtime adds to the standard set. */
export const contributedOperators: ReadonlySet<Operator> = new Set<Operator>(['FusedMatMul']);
