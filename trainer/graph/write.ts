/**
 * Writes a graph as an ONNX file (onnx.proto3, IR version 9, operator set 18). Field numbers are those of the ONNX
 * specification's `ModelProto`, `GraphProto`, `NodeProto`, `TensorProto` and `ValueInfoProto`.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type AttributeValue, contributedOperators } from './attributes.ts';
import { attributeEntries, type Graph, type Node } from './graph.ts';
import { dataTypes, type TensorData, type Value } from './value.ts';

/** Where constants go that are too large to stand in the file itself. */
export interface ExternalWeights {
  /** Name of the file beside the graph that holds them. */
  readonly file: string;
  /** Puts a tensor into that file and says where it starts, in bytes. */
  readonly place: (name: string, bytes: Uint8Array) => number;
  /** Constants of at least this many bytes go outside. */
  readonly from: number;
}

export interface WriteOptions {
  readonly external?: ExternalWeights;
  readonly documentation?: string;
}

/** A message inside a message: written, then its length put before it. */
function message(into: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  into.tag(field, 2).fork();
  write(into);
  into.join();
}

const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, 2).string(value);
};
const integer = (writer: BinaryWriter, field: number, value: number): void => {
  writer.tag(field, 0).int64(value);
};

export function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function writeAttribute(writer: BinaryWriter, name: string, value: AttributeValue): void {
  const type = { float: 1, integer: 2, text: 3, integers: 7 } as const;
  text(writer, 1, name);
  if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, type.integer);
  } else if (typeof value === 'string') {
    writer.tag(4, 2).bytes(new TextEncoder().encode(value));
    integer(writer, 20, type.text);
  } else if ('float' in value) {
    writer.tag(2, 5).float(value.float);
    integer(writer, 20, type.float);
  } else {
    for (const number of value) integer(writer, 8, number);
    integer(writer, 20, type.integers);
  }
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input?.name ?? '');
  for (const output of node.outputs) text(writer, 2, output.name);
  text(writer, 3, node.name);
  text(writer, 4, node.operator === 'Detach' ? 'Identity' : node.operator);
  for (const [name, value] of attributeEntries(node)) {
    message(writer, 5, attribute => writeAttribute(attribute, name, value));
  }
  if (contributedOperators.has(node.operator)) text(writer, 7, 'com.microsoft');
}

function writeTensor(writer: BinaryWriter, value: Value, external: ExternalWeights | undefined): void {
  const { constant } = value;
  if (constant === undefined) throw new Error(`${value.name} is not a constant`);
  for (const length of constant.shape) integer(writer, 1, length);
  integer(writer, 2, dataTypes[constant.type]);
  text(writer, 8, value.name);
  const bytes = bytesOf(constant.data);
  if (external === undefined || bytes.byteLength < external.from) {
    writer.tag(9, 2).bytes(bytes);
    return;
  }
  const offset = external.place(value.name, bytes);
  const entries = { location: external.file, offset: String(offset), length: String(bytes.byteLength) };
  for (const [key, entry] of Object.entries(entries)) {
    message(writer, 13, pair => {
      text(pair, 1, key);
      text(pair, 2, entry);
    });
  }
  integer(writer, 14, 1); // data_location = EXTERNAL
}

function writeValueInfo(writer: BinaryWriter, value: Value): void {
  text(writer, 1, value.name);
  message(writer, 2, type =>
    message(type, 1, tensor => {
      integer(tensor, 1, dataTypes[value.type]);
      message(tensor, 2, shape => {
        for (const length of value.shape) {
          message(shape, 1, dimension => {
            if (typeof length === 'number') integer(dimension, 1, length);
            else text(dimension, 2, length);
          });
        }
      });
    }),
  );
}

/** The bytes of an ONNX file that holds the graph. Only nodes and constants that the outputs need are written. */
export function writeOnnx(graph: Graph, options: WriteOptions = {}): Uint8Array {
  const { nodes, constants } = needed(graph);
  const writer = new BinaryWriter();
  integer(writer, 1, 9);
  text(writer, 2, 'attention-scope');
  if (options.documentation !== undefined) text(writer, 6, options.documentation);
  message(writer, 7, body => {
    for (const node of nodes) message(body, 1, inner => writeNode(inner, node));
    text(body, 2, graph.name);
    for (const constant of constants) message(body, 5, inner => writeTensor(inner, constant, options.external));
    for (const input of graph.inputs) message(body, 11, inner => writeValueInfo(inner, input));
    for (const output of graph.outputs) message(body, 12, inner => writeValueInfo(inner, output));
  });
  for (const [domain, version] of [['', 18], ['com.microsoft', 1]] as const) {
    message(writer, 8, set => {
      text(set, 1, domain);
      integer(set, 2, version);
    });
  }
  return writer.finish();
}

function needed(graph: Graph): { nodes: Node[]; constants: Value[] } {
  const wanted = new Set<Value>(graph.outputs);
  const nodes = graph.nodes.toReversed().filter(node => {
    if (!node.outputs.some(output => wanted.has(output))) return false;
    for (const input of node.inputs) if (input !== undefined) wanted.add(input);
    return true;
  });
  return { nodes: nodes.reverse(), constants: graph.constants.filter(constant => wanted.has(constant)) };
}
