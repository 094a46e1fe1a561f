/** Models of many gigabytes that take no room: their weights are holes in the file, which read as zeros. */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type NewNode, writeInteger, writeMessage, writeNode, writePort, writeTensor, writeText } from './messages.ts';

export interface LargeModel {
  /** Each has a matrix of its own, with which a product is made, and ten more nodes. */
  readonly layers: number;
  /** Bytes of each matrix: a multiple of 4096. */
  readonly matrix: number;
  /** Whether the matrices lie in the model's own file, or in `weights.bin` beside it. */
  readonly inside: boolean;
}

export const nodesPerLayer = 11;

/** @returns bytes of the model with all its files */
export async function writeLargeModel(path: string, { layers, matrix, inside }: LargeModel): Promise<number> {
  const file = await open(path, 'w');
  try {
    const records: Record[] = [];
    for (let layer = 0; layer < layers; layer++) records.push({ head: nodesOf(layer), hole: 0 }, { head: inside ? rawHead(layer, matrix) : externalRecord(layer, matrix), hole: inside ? matrix : 0 });
    records.push({ head: ports(layers), hole: 0 });
    const content = records.reduce((sum, { head, hole }) => sum + head.length + hole, 0);
    const start = new BinaryWriter();
    writeInteger(start, 1, 8);
    writeText(start, 2, 'a test');
    writeMessage(start, 8, set => writeInteger(set, 2, 17));
    await writeWithHoles(file, [{ head: start.tag(7, 2).uint64(content).finish(), hole: 0 }, ...records]);
    const { size } = await file.stat();
    return inside ? size : size + (await writeHole(join(dirname(path), 'weights.bin'), layers * matrix));
  } finally {
    await file.close();
  }
}

/** Bytes, then a hole after them. */
interface Record {
  readonly head: Uint8Array;
  readonly hole: number;
}

async function writeWithHoles(file: FileHandle, records: readonly Record[]): Promise<void> {
  let at = 0;
  for (const { head, hole } of records) {
    await file.write(head, 0, head.length, at);
    at += head.length + hole;
  }
  await file.truncate(at);
}

async function writeHole(path: string, length: number): Promise<number> {
  const file = await open(path, 'w');
  try {
    await file.truncate(length);
  } finally {
    await file.close();
  }
  return length;
}

const shapeOf = (bytes: number): number[] => [64, bytes / 4 / 64];

function nodesOf(layer: number): Uint8Array {
  const name = (part: string): string => `/decoder/layer.${layer}/self_attention/${part}`;
  const nodes: NewNode[] = [{ name: name('MatMul'), operator: 'MatMul', inputs: [`hidden.${layer}`, `decoder.layer.${layer}.weight`], outputs: [name('step.0')] }];
  for (let step = 1; step < nodesPerLayer; step++) {
    nodes.push({ name: name(`Add_${step}`), operator: 'Add', inputs: [name(`step.${step - 1}`), name('step.0')], outputs: [step === nodesPerLayer - 1 ? `hidden.${layer + 1}` : name(`step.${step}`)], attributes: { axis: -1 } });
  }
  const writer = new BinaryWriter();
  for (const node of nodes) writeMessage(writer, 1, inner => writeNode(inner, node));
  return writer.finish();
}

/** All of an initializer but its values, which the field's length counts. */
function rawHead(layer: number, bytes: number): Uint8Array {
  const inner = new BinaryWriter();
  for (const length of shapeOf(bytes)) writeInteger(inner, 1, length);
  writeInteger(inner, 2, 1);
  writeText(inner, 8, `decoder.layer.${layer}.weight`);
  const head = inner.tag(9, 2).uint64(bytes).finish();
  return new BinaryWriter().tag(5, 2).uint64(head.length + bytes).raw(head).finish();
}

function externalRecord(layer: number, bytes: number): Uint8Array {
  const writer = new BinaryWriter();
  const data = { file: 'weights.bin', offset: layer * bytes, length: bytes };
  writeMessage(writer, 5, inner => writeTensor(inner, { name: `decoder.layer.${layer}.weight`, dtype: 'float32', shape: shapeOf(bytes), data }));
  return writer.finish();
}

function ports(layers: number): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, 11, port => writePort(port, { name: 'hidden.0', dtype: 'float32', shape: ['batch', 64] }));
  writeMessage(writer, 12, port => writePort(port, { name: `hidden.${layers}` }));
  return writer.finish();
}
