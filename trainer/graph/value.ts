import type { PlainDtype } from '../formats/dtype.ts';
import type { ExternalPlace } from '../onnx/messages.ts';
import type { Graph } from './graph.ts';

/** Element types that our graphs use, by ONNX's own names; the half-width ones hold weights, and are cast before use. */
export const elementTypes = ['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32', 'int8', 'uint8', 'bool'] as const satisfies readonly PlainDtype[];
export type ElementType = (typeof elementTypes)[number];

/** A length known when the graph is built, or the name of one that is known only when it runs. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** The contents of a constant, laid out row by row; float16 and bfloat16 as the bits they are stored in. */
export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Int8Array | Uint8Array | Uint16Array;

export interface ConstantData {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A named tensor of a graph: an input, a constant, or what a node computes. */
export class Value {
  constructor(
    readonly graph: Graph,
    readonly name: string,
    readonly type: ElementType,
    readonly shape: Shape,
    /** Present where the value is stored in the graph. */
    readonly constant?: ConstantData,
    /** Present where the value is stored in another file. */
    readonly external?: ExternalPlace,
  ) {}

  get rank(): number {
    return this.shape.length;
  }
}

/** Length of one axis, counted from the end where negative; throws where it is symbolic. */
export function lengthOf(value: Value, axis: number): number {
  const dimension = value.shape.at(axis);
  if (typeof dimension !== 'number') {
    throw new Error(`${value.name}: axis ${axis} of [${value.shape.join(', ')}] has no fixed length`);
  }
  return dimension;
}

/** The whole shape as numbers; throws where a length is symbolic. */
export function fixedShape(value: Value): number[] {
  return value.shape.map((_, axis) => lengthOf(value, axis));
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The lengths that all of `shape` but its last axis span together. */
export function rowCount(shape: readonly number[]): number {
  return elementCount(shape.slice(0, -1));
}
