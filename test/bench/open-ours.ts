/**
 * Opens a model once, in a process that has opened none before:
 *
 *     open-ours.ts MODEL.onnx structure|patch|whole
 */
import { readFile } from 'node:fs/promises';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { Edits } from '../../trainer/onnx/edits.ts';
import { openOnnx } from '../../trainer/onnx/open.ts';
import { splice } from '../../trainer/onnx/splice.ts';
import type { Opened } from './open.ts';

const [file = '', way = ''] = process.argv.slice(2);
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  structure: () => openOnnx(file),
  patch: async () => {
    const model = await openOnnx(file);
    const edits = new Edits();
    edits.of(model.graph).outputs.push({ name: model.graph.nodes[0]?.outputs[0] ?? '' });
    return (await splice(model, edits, { leave: 1 << 16 })).whole();
  },
  whole: async () => nodesOf(await readFile(file)),
};
const work = ways[way];
if (work === undefined) throw new Error(`"${way}" found; ${Object.keys(ways).join(', ')} were expected`);

const before = process.memoryUsage.rss();
const begin = performance.now();
const kept = await work();
const opened: Opened = { milliseconds: performance.now() - begin, addedMegabytes: (process.memoryUsage.rss() - before) / 2 ** 20 };
// What was read is still needed, or it would not be counted.
if (kept === undefined) throw new Error('nothing was read');
console.log(JSON.stringify(opened));

/** As a library does it: the file in memory, then every field of the graph and of its nodes. */
function nodesOf(bytes: Uint8Array): unknown[] {
  const nodes: unknown[] = [];
  for (const [field, content] of fieldsOf(bytes)) {
    if (field !== 7) continue;
    for (const [inner, message] of fieldsOf(content)) nodes.push(inner === 1 ? [...fieldsOf(message)] : message);
  }
  return nodes;
}

/** Fields that have a length. */
function* fieldsOf(bytes: Uint8Array): Generator<[number, Uint8Array]> {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (wire === 2) yield [field, reader.bytes()];
    else reader.skip(wire, field);
  }
}
