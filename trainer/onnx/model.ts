/**
 * An ONNX file that someone else made, as it stands there: nodes and attributes are read, tensors stay where they are.
 * Names are those of onnx.proto3. Unlike `trainer/graph`, nothing here is known to be right: shapes may be missing, operators
 * unknown, names used twice.
 */
import type { Dtype } from '../formats/dtype.ts';

/** Bytes `[start, end)` of a file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where a message stands that is a field of another: its content, and where the field's tag and length before it begin. */
export interface MessagePlace extends ByteRange {
  readonly head: number;
}

export interface OnnxModel {
  /** Absolute path of the file. */
  readonly file: string;
  readonly size: number;
  readonly irVersion: number;
  readonly producer: { readonly name: string; readonly version: string };
  /** Version of each operator set that is imported, by domain; ONNX's own is `''` (written `ai.onnx` too). */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly documentation: string;
  readonly graph: OnnxGraph;
  /** Operators that the file defines itself. */
  readonly functions: readonly OnnxFunction[];
  /** What stands in the file beside the graph, tags and lengths included: all that a copy with another graph keeps. */
  readonly around: readonly ByteRange[];
  /** Its graph is not the file's main graph: it was taken out of that one (`inner-model.ts`). */
  readonly inner?: true;
  /** The file's content, where there is none on the disk: a graph that was built, say. What it names lies beside `file` all the same. */
  readonly bytes?: Uint8Array;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** What must be fed: initializers that are listed as inputs too are left out. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** What the file says of the values between, by name. */
  readonly values: ReadonlyMap<string, OnnxPort>;
  /** The GraphProto's content: these stretches of the file, one after another. More than one where the file gives it in parts. */
  readonly places: readonly ByteRange[];
}

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** `''` is ONNX's own. */
  readonly domain: string;
  /** An input or output that is left out is `''`. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  /** Of the NodeProto. */
  readonly place: MessagePlace;
}

export type OnnxAttribute =
  | { readonly kind: 'float'; readonly value: number }
  /** Rounded beyond 2⁵³; `2 ** 63` stands for "to the end" in old `Slice` nodes. */
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'integers'; readonly value: readonly number[] }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  /** A branch of `If`, the body of `Loop` or `Scan`: it sees the values of the graphs around it. */
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  /** Of a function: the value is that of the caller's attribute. */
  | { readonly kind: 'reference'; readonly name: string }
  /** A kind that nothing here needs, or more numbers or text than a graph's structure is made of. */
  | { readonly kind: 'other' };

export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  /** Versions of the operator sets that its own nodes are of. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Of the FunctionProto. */
  readonly place: MessagePlace;
}

/** An input, an output, or a value between. */
export interface OnnxPort {
  readonly name: string;
  /** `undefined` where the file does not say, or where it is no tensor. */
  readonly dtype: Dtype | undefined;
  /** A length that only a run knows is its name, `?` without one; `undefined` where not even the rank is said. */
  readonly shape: readonly (number | string)[] | undefined;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: OnnxData;
  /** Of the TensorProto. */
  readonly place: MessagePlace;
}

/** Where a tensor's values lie. */
export type OnnxData =
  /** Little-endian, row by row, in the file itself. */
  | { readonly kind: 'raw'; readonly place: ByteRange }
  /** In a file beside it; `length` is as declared or, left out there, as the shape demands. */
  | { readonly kind: 'external'; readonly location: string; readonly offset: number; readonly length: number }
  /** As a protobuf field of numbers or texts (`float_data` and its kin), packed or not: its records in the file, tags included. */
  | { readonly kind: 'typed'; readonly field: number; readonly places: readonly ByteRange[] }
  /** Only what is not zero, and where: a `sparse_initializer`. */
  | { readonly kind: 'sparse' }
  /** Nothing is there. */
  | { readonly kind: 'none' };
