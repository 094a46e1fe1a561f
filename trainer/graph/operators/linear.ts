import { float } from '../attributes.ts';
import { lengthOf, type Value } from '../value.ts';
import { only } from './elementwise.ts';

export interface ProductOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Multiplies the product. */
  readonly alpha?: number;
}

const flag = (set: boolean | undefined): 0 | 1 => (set === true ? 1 : 0);

/** Matrix product with an optional bias: `alpha · A B + bias`; A is `[m, k]`, B `[k, n]`, bias broadcasts to `[m, n]`. */
export function gemm(a: Value, b: Value, bias?: Value, options: ProductOptions = {}): Value {
  return only(
    a.graph.node('Gemm', bias === undefined ? [a, b] : [a, b, bias], {
      transA: flag(options.transA),
      transB: flag(options.transB),
      alpha: float(options.alpha ?? 1),
    }),
  );
}

/** `x Wᵀ + b`; x is `[rows, in]`, the weight `[out, in]`, the bias `[out]`. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  return gemm(x, weight, bias, { transB: true });
}

/** Product of the last two axes, batched and broadcast over the others. */
export function matmul(a: Value, b: Value): Value {
  return only(a.graph.node('MatMul', [a, b], {}));
}

/** For graphs that are not differentiated. */
export interface FusedProductOptions extends ProductOptions {
  /** A is `[m, …, k]`, its batch between its rows and its features, as time-major heads are. */
  readonly batchInsideA?: boolean;
  readonly batchInsideB?: boolean;
}

/** Batched product with transposes and a scale, without copies: ONNX Runtime's own operator. */
export function fusedMatmul(a: Value, b: Value, options: FusedProductOptions = {}): Value {
  return only(
    a.graph.node('FusedMatMul', [a, b], {
      transA: flag(options.transA),
      transB: flag(options.transB),
      ...(options.batchInsideA === true ? { transBatchA: 1 } : {}),
      ...(options.batchInsideB === true ? { transBatchB: 1 } : {}),
      alpha: float(options.alpha ?? 1),
    }),
  );
}

/**
 * Filters `[out, in, height, width]` laid over an image `[batch, in, height, width]` at every stride, with nothing added at its
 * borders, plus a bias `[out]`: `[batch, out, rows, columns]`.
 */
export function convolve(image: Value, filters: Value, bias: Value, strides: readonly [number, number]): Value {
  return only(image.graph.node('Conv', [image, filters, bias], { strides }));
}

/** The last axis' length: how many features a value has. */
export const features = (x: Value): number => lengthOf(x, -1);
