/**
 * Writes a graph as an ONNX file (onnx.proto3, IR version 9, operator set 18). Field numbers are those of the ONNX
 * specification's `ModelProto`.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type NewGraph, type NewNode, type NewPort, type NewTensor, writeGraph, writeInteger, writeMessage, writeOperatorSet, writeText } from '../onnx/messages.ts';
import { contributedOperators } from './attributes.ts';
import { attributeEntries, type Graph, type Node } from './graph.ts';
import { fixedShape, type TensorData, type Value } from './value.ts';

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

export function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The bytes of an ONNX file that holds the graph. Only nodes and constants that the outputs need are written. */
export function writeOnnx(graph: Graph, options: WriteOptions = {}): Uint8Array {
  const writer = new BinaryWriter();
  writeInteger(writer, 1, 9);
  writeText(writer, 2, 'attention-scope');
  if (options.documentation !== undefined) writeText(writer, 6, options.documentation);
  writeMessage(writer, 7, body => writeGraph(body, messageOf(graph, options.external)));
  for (const [domain, version] of [['', 18], ['com.microsoft', 1]] as const) {
    writeMessage(writer, 8, set => writeOperatorSet(set, domain, version));
  }
  return writer.finish();
}

/** The graph as it is written. */
export function messageOf(graph: Graph, external?: ExternalWeights): NewGraph {
  const { nodes, constants } = needed(graph);
  return {
    name: graph.name,
    nodes: nodes.map(nodeOf),
    initializers: constants.map(constant => tensorOf(constant, external)),
    inputs: graph.inputs.map(portOf),
    outputs: graph.outputs.map(portOf),
  };
}

function nodeOf(node: Node): NewNode {
  const { name, operator, inputs, outputs } = node;
  return {
    name,
    operator: operator === 'Detach' ? 'Identity' : operator,
    domain: contributedOperators.has(operator) ? 'com.microsoft' : '',
    inputs: inputs.map(input => input?.name ?? ''),
    outputs: outputs.map(output => output.name),
    attributes: Object.fromEntries(attributeEntries(node)),
  };
}

function tensorOf(value: Value, external: ExternalWeights | undefined): NewTensor {
  const { name, constant, external: elsewhere } = value;
  if (elsewhere !== undefined) return { name, dtype: value.type, shape: fixedShape(value), data: elsewhere };
  if (constant === undefined) throw new Error(`${name} is not a constant`);
  const { type: dtype, shape } = constant;
  const bytes = bytesOf(constant.data);
  const data = external === undefined || bytes.byteLength < external.from ? bytes : { file: external.file, offset: external.place(name, bytes), length: bytes.byteLength };
  return { name, dtype, shape, data };
}

/** A length that is left open has no name. */
function portOf({ name, type, shape }: Value): NewPort {
  return { name, dtype: type, shape: shape.map(length => (length === 'open' ? '?' : length)) };
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
