import type { Graph } from './graph.ts';

/** Element types that our graphs use, by ONNX's own names. */
export type ElementType = 'float32' | 'float64' | 'int64' | 'int32' | 'int8' | 'bool';

/** What ONNX files call them: `TensorProto.DataType`. */
export const dataTypes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** A length known when the graph is built, or the name of one that is known only when it runs. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** The contents of a constant, laid out row by row. */
export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Int8Array;

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
