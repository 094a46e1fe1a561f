/**
 * Every operator that can be differentiated, and how. The others have no slope, or stand only in graphs that are run and not
 * trained: in those of models that others trained.
 */
import type { Operator } from '../attributes.ts';
import * as elementwise from './elementwise.ts';
import * as linear from './linear.ts';
import { gatherVjp } from './lookup.ts';
import { crossEntropyVjp } from './loss.ts';
import { layerNormalizationVjp, logSoftmaxVjp, softmaxVjp } from './normalize.ts';
import { reduceMeanVjp, reduceSumVjp } from './reduce.ts';
import * as shape from './shape.ts';
import type { Vjp } from './vjp.ts';

export const vjps: { readonly [O in Operator]?: Vjp<O> } = {
  Add: elementwise.addVjp,
  Sub: elementwise.subVjp,
  Mul: elementwise.mulVjp,
  Div: elementwise.divVjp,
  Pow: elementwise.powVjp,
  Neg: elementwise.negVjp,
  Exp: elementwise.expVjp,
  Log: elementwise.logVjp,
  Sqrt: elementwise.sqrtVjp,
  Erf: elementwise.erfVjp,
  Tanh: elementwise.tanhVjp,
  Sigmoid: elementwise.sigmoidVjp,
  Relu: elementwise.reluVjp,
  Where: elementwise.whereVjp,
  Identity: elementwise.identityVjp,
  Gemm: linear.gemmVjp,
  MatMul: linear.matmulVjp,
  FusedMatMul: linear.fusedMatmulVjp,
  Reshape: shape.reshapeVjp,
  Squeeze: shape.squeezeVjp,
  Transpose: shape.transposeVjp,
  Split: shape.splitVjp,
  Concat: shape.concatVjp,
  Slice: shape.sliceVjp,
  Expand: shape.expandVjp,
  ReduceSum: reduceSumVjp,
  ReduceMean: reduceMeanVjp,
  Softmax: softmaxVjp,
  LogSoftmax: logSoftmaxVjp,
  LayerNormalization: layerNormalizationVjp,
  Gather: gatherVjp,
  SoftmaxCrossEntropyLoss: crossEntropyVjp,
};
