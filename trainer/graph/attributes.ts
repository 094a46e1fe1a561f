/** The operators our graphs are made of, and the attributes of each, as the ONNX operator specification names them. */
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
  Erf: NoAttributes;
  Tanh: NoAttributes;
  Sigmoid: NoAttributes;
  Relu: NoAttributes;
  Greater: NoAttributes;
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
  Reshape: NoAttributes;
  Transpose: { readonly perm: readonly number[] };
  Split: { readonly axis: number };
  Concat: { readonly axis: number };
  Slice: NoAttributes;
  Expand: NoAttributes;
  Squeeze: NoAttributes;
  ReduceSum: { readonly keepdims: 0 | 1 };
  ReduceMean: { readonly keepdims: 0 | 1 };
  Softmax: { readonly axis: number };
  LogSoftmax: { readonly axis: number };
  Hardmax: { readonly axis: number };
  CumSum: { readonly exclusive: 0 | 1 };
  LayerNormalization: { readonly axis: number; readonly epsilon: Float };
  Gather: { readonly axis: number };
  ScatterElements: { readonly axis: number; readonly reduction: 'none' | 'add' };
  SoftmaxCrossEntropyLoss: { readonly reduction: 'none' };
  GRU: {
    readonly hidden_size: number;
    readonly direction: 'forward' | 'reverse' | 'bidirectional';
    readonly linear_before_reset: 0 | 1;
  };
  LSTM: { readonly hidden_size: number; readonly direction: 'forward' | 'reverse' | 'bidirectional' };
  DequantizeLinear: { readonly axis: number };
  Cast: { readonly to: number };
  Shape: { readonly start: number; readonly end: number };
}

type NoAttributes = Readonly<Record<never, never>>;

/** Marks a number that ONNX stores as a float attribute (a bare number is stored as an integer). */
export interface Float {
  readonly float: number;
}

export const float = (value: number): Float => ({ float: value });

export type Operator = keyof OperatorAttributes;
export type AttributeValue = number | Float | string | readonly number[];

/** Operators that ONNX Runtime adds to the standard set. */
export const contributedOperators: ReadonlySet<Operator> = new Set<Operator>(['FusedMatMul']);
