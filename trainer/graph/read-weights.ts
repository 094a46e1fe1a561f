/**
 * Reads the tensors stored in an ONNX file, and only those: nodes are passed over. Field numbers as in `write.ts`.
 */
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { dataTypes, elementCount } from './value.ts';

export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface Entry {
  name: string;
  shape: number[];
  type: number;
  raw: Uint8Array | undefined;
  external: Map<string, string>;
}

/** All float32 constants of a graph, those in the file beside it too, by name. */
export async function readFloatTensors(path: string): Promise<Map<string, StoredTensor>> {
  const entries = readEntries(await readFile(path)).filter(({ type }) => type === dataTypes.float32);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, raw, external } of entries) {
    const bytes = raw ?? (await readExternal(path, external, elementCount(shape) * 4));
    if (bytes.byteLength !== elementCount(shape) * 4) {
      throw new Error(`${path}: ${name} of shape [${shape.join(', ')}] has ${bytes.byteLength} bytes`);
    }
    tensors.set(name, { name, shape, data: new Float32Array(Uint8Array.from(bytes).buffer) });
  }
  return tensors;
}

async function readExternal(path: string, external: ReadonlyMap<string, string>, length: number): Promise<Uint8Array> {
  const location = external.get('location');
  if (location === undefined || !/^[\w.-]+$/.test(location)) throw new Error(`${path}: a tensor lies nowhere`);
  const file = await open(join(dirname(path), location), 'r');
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, Number(external.get('offset') ?? 0));
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function readEntries(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  fields(new BinaryReader(bytes), (field, model) => {
    if (field !== 7) return false;
    fields(new BinaryReader(model.bytes()), (inner, graph) => {
      if (inner !== 5) return false;
      entries.push(readTensor(new BinaryReader(graph.bytes())));
      return true;
    });
    return true;
  });
  return entries;
}

function readTensor(reader: BinaryReader): Entry {
  const entry: Entry = { name: '', shape: [], type: 0, raw: undefined, external: new Map() };
  fields(reader, (field, tensor, wire) => {
    switch (field) {
      case 1:
        if (wire === WireType.Varint) entry.shape.push(Number(tensor.int64()));
        else for (const end = tensor.uint32() + tensor.pos; tensor.pos < end; ) entry.shape.push(Number(tensor.int64()));
        return true;
      case 2:
        entry.type = tensor.int32();
        return true;
      case 8:
        entry.name = tensor.string();
        return true;
      case 9:
        entry.raw = tensor.bytes();
        return true;
      case 13: {
        const pair = ['', ''];
        fields(new BinaryReader(tensor.bytes()), (key, part) => {
          pair[key - 1] = part.string();
          return true;
        });
        entry.external.set(pair[0] ?? '', pair[1] ?? '');
        return true;
      }
      default:
        return false;
    }
  });
  return entry;
}

/** Hands each field to `read`, and passes over those it does not take. */
function fields(reader: BinaryReader, read: (field: number, reader: BinaryReader, wire: WireType) => boolean): void {
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (!read(field, reader, wire)) reader.skip(wire, field);
  }
}
