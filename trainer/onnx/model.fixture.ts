/** Small ONNX models, written for tests. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type NewGraph, type NewNode, type NewTensor, writeGraph, writeInteger, writeMessage, writeNode, writeOperatorSet, writeText } from './messages.ts';

export interface NewFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NewNode[];
}

export interface NewModel {
  readonly graph: NewGraph;
  readonly opsets?: Readonly<Record<string, number>>;
  readonly functions?: readonly NewFunction[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export function modelBytes({ graph, opsets = { '': 17 }, functions = [], metadata = {} }: NewModel): Uint8Array {
  const writer = new BinaryWriter();
  writeInteger(writer, 1, 8);
  writeText(writer, 2, 'a test');
  writeMessage(writer, 7, inner => writeGraph(inner, graph));
  for (const [domain, version] of Object.entries(opsets)) writeMessage(writer, 8, set => writeOperatorSet(set, domain, version));
  for (const [key, value] of Object.entries(metadata)) {
    writeMessage(writer, 14, entry => {
      writeText(entry, 1, key);
      writeText(entry, 2, value);
    });
  }
  for (const one of functions) writeMessage(writer, 25, inner => writeFunction(inner, one, opsets));
  return writer.finish();
}

function writeFunction(writer: BinaryWriter, { name, domain, inputs, outputs, nodes }: NewFunction, opsets: Readonly<Record<string, number>>): void {
  writeText(writer, 1, name);
  for (const input of inputs) writeText(writer, 4, input);
  for (const output of outputs) writeText(writer, 5, output);
  for (const node of nodes) writeMessage(writer, 7, inner => writeNode(inner, node));
  for (const [set, version] of Object.entries(opsets)) writeMessage(writer, 9, inner => writeOperatorSet(inner, set, version));
  writeText(writer, 10, domain);
}

export function floats(name: string, values: readonly number[], shape: readonly number[] = [values.length]): NewTensor {
  return { name, dtype: 'float32', shape, data: new Uint8Array(Float32Array.from(values).buffer) };
}

export function integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): NewTensor {
  return { name, dtype: 'int64', shape, data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}
