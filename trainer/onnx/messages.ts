/**
 * Writes the messages that ONNX graphs are made of: `NodeProto`, `TensorProto`, `ValueInfoProto` … Field numbers are those of
 * onnx.proto3.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Dtype } from '../formats/dtype.ts';
import { dataTypeOf } from './data-types.ts';

/** Marks a number that ONNX stores as a float attribute (a bare number is stored as an integer). */
export interface Float {
  readonly float: number;
}

/** The same of several numbers, and texts: an empty list would not tell what it is a list of. */
export interface Floats {
  readonly floats: readonly number[];
}
export interface Texts {
  readonly texts: readonly string[];
}

/** What is written as an attribute: bare numbers are integers. */
export type NewAttribute = number | Float | string | readonly number[] | Floats | Texts | { readonly tensor: NewTensor } | { readonly graph: NewGraph };

export interface NewNode {
  readonly name?: string;
  readonly operator: string;
  /** `''`, or left out, is ONNX's own. */
  readonly domain?: string;
  /** An input or output that is left out is `''`. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, NewAttribute>>;
}

export interface NewTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Little-endian and row by row; or where they lie in a file beside the model. */
  readonly data: Uint8Array | ExternalPlace;
}

/**
 * Where a constant lies that is not stored in the graph: a stretch of another file, little-endian and row by row, which ONNX
 * calls external data. Whoever runs the graph reads it there; nothing is copied.
 */
export interface ExternalPlace {
  /** The file's name in the folder that the graph is loaded from. */
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
  readonly length: number;
}

/** An input, an output or a value between. What is left out is found by whoever runs the graph. */
export interface NewPort {
  readonly name: string;
  readonly dtype?: Dtype | undefined;
  /** A length that only a run knows is a name, `?` where it has none. */
  readonly shape?: readonly (number | string)[] | undefined;
}

export interface NewGraph {
  readonly name: string;
  readonly nodes: readonly NewNode[];
  readonly initializers?: readonly NewTensor[];
  readonly inputs?: readonly NewPort[];
  readonly outputs: readonly NewPort[];
}

/** A message inside a message: written, then its length put before it. */
export function writeMessage(into: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  into.tag(field, 2).fork();
  write(into);
  into.join();
}

export function writeText(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, 2).string(value);
}

export function writeInteger(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, 0).int64(value);
}

export function writeNode(writer: BinaryWriter, { name = '', operator, domain = '', inputs, outputs, attributes = {} }: NewNode): void {
  for (const input of inputs) writeText(writer, 1, input);
  for (const output of outputs) writeText(writer, 2, output);
  writeText(writer, 3, name);
  writeText(writer, 4, operator);
  for (const [key, value] of Object.entries(attributes)) {
    writeMessage(writer, 5, attribute => writeAttribute(attribute, key, value));
  }
  if (domain !== '') writeText(writer, 7, domain);
}

/** `AttributeProto.AttributeType`. */
const types = { float: 1, integer: 2, text: 3, tensor: 4, graph: 5, floats: 6, integers: 7, texts: 8 } as const;

export function writeAttribute(writer: BinaryWriter, name: string, value: NewAttribute): void {
  writeText(writer, 1, name);
  writeInteger(writer, 20, types[writeAttributeValue(writer, value)]);
}

function writeAttributeValue(writer: BinaryWriter, value: NewAttribute): keyof typeof types {
  if (typeof value === 'number') {
    writeInteger(writer, 3, value);
    return 'integer';
  }
  if (typeof value === 'string') {
    writeText(writer, 4, value);
    return 'text';
  }
  if ('float' in value) {
    writer.tag(2, 5).float(value.float);
    return 'float';
  }
  if ('floats' in value) {
    for (const number of value.floats) writer.tag(7, 5).float(number);
    return 'floats';
  }
  if ('texts' in value) {
    for (const text of value.texts) writeText(writer, 9, text);
    return 'texts';
  }
  if ('tensor' in value) {
    writeMessage(writer, 5, tensor => writeTensor(tensor, value.tensor));
    return 'tensor';
  }
  if ('graph' in value) {
    writeMessage(writer, 6, graph => writeGraph(graph, value.graph));
    return 'graph';
  }
  for (const number of value) writeInteger(writer, 8, number);
  return 'integers';
}

export function writeTensor(writer: BinaryWriter, { name, dtype, shape, data }: NewTensor): void {
  for (const length of shape) writeInteger(writer, 1, length);
  writeInteger(writer, 2, dataTypeOf(dtype));
  writeText(writer, 8, name);
  if (data instanceof Uint8Array) {
    writer.tag(9, 2).bytes(data);
    return;
  }
  for (const [key, entry] of Object.entries({ location: data.file, offset: String(data.offset), length: String(data.length) })) {
    writeMessage(writer, 13, pair => {
      writeText(pair, 1, key);
      writeText(pair, 2, entry);
    });
  }
  writeInteger(writer, 14, 1); // data_location = EXTERNAL
}

export function writePort(writer: BinaryWriter, { name, dtype, shape }: NewPort): void {
  writeText(writer, 1, name);
  if (dtype === undefined) return;
  writeMessage(writer, 2, type =>
    writeMessage(type, 1, tensor => {
      writeInteger(tensor, 1, dataTypeOf(dtype));
      if (shape === undefined) return;
      writeMessage(tensor, 2, dimensions => {
        for (const length of shape) {
          writeMessage(dimensions, 1, dimension => {
            if (typeof length === 'number') writeInteger(dimension, 1, length);
            else if (length !== '?') writeText(dimension, 2, length);
          });
        }
      });
    }),
  );
}

export function writeGraph(writer: BinaryWriter, { name, nodes, initializers = [], inputs = [], outputs }: NewGraph): void {
  for (const node of nodes) writeMessage(writer, 1, inner => writeNode(inner, node));
  writeText(writer, 2, name);
  for (const tensor of initializers) writeMessage(writer, 5, inner => writeTensor(inner, tensor));
  for (const input of inputs) writeMessage(writer, 11, inner => writePort(inner, input));
  for (const output of outputs) writeMessage(writer, 12, inner => writePort(inner, output));
}

/** `OperatorSetIdProto`. */
export function writeOperatorSet(writer: BinaryWriter, domain: string, version: number): void {
  writeText(writer, 1, domain);
  writeInteger(writer, 2, version);
}
