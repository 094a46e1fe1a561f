/** What we save of our own as safetensors: named tensors of float32 numbers or bytes, in memory whole (the format itself: trainer/formats). */
import { open } from 'node:fs/promises';
import { brokenModel } from './manifest.ts';
import { ByteSource } from '../formats/bytes.ts';
import { codes, readHeader } from '../formats/safetensors-header.ts';
import { elementCount } from '../graph/value.ts';
import { bytesOf } from '../graph/write.ts';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What can be written: numbers, or bytes that stand for steps. */
export interface WrittenTensor extends Omit<NamedTensor, 'data'> {
  readonly data: Float32Array | Uint8Array;
}

export async function writeSafetensors(
  path: string,
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  let offset = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const start = offset;
    offset += data.byteLength;
    return [name, { dtype: data instanceof Uint8Array ? codes.uint8 : codes.float32, shape, data_offsets: [start, offset] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const header = Buffer.from(json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8 - Buffer.byteLength(json) + json.length));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.byteLength));
  const file = await open(path, 'w');
  try {
    await file.writeFile(Buffer.concat([length, header]));
    for (const { data } of tensors) await file.writeFile(bytesOf(data));
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Reads a float32 safetensors file.
 * @param into where a tensor's numbers are to go; without it, or where it gives nothing, a new array is made
 * @throws Failure `broken-model`, `no-such-file`
 */
export async function readSafetensors(
  path: string,
  into?: (name: string) => Float32Array | undefined,
): Promise<{ tensors: Map<string, NamedTensor>; metadata: Readonly<Record<string, string>> }> {
  const source = await ByteSource.open(path);
  try {
    const { metadata, entries } = await readHeader(source);
    const tensors = new Map<string, NamedTensor>();
    for (const { name, dtype, shape, offset } of entries) {
      if (dtype !== 'float32') throw brokenModel(`${path}: tensor ${name} is of ${dtype}; float32 was expected.`);
      const data = into?.(name) ?? new Float32Array(elementCount(shape));
      if (data.length !== elementCount(shape)) throw brokenModel(`${path}: tensor ${name} has shape [${shape.join(', ')}]; ${data.length} numbers were expected.`);
      await source.readInto(bytesOf(data), offset);
      tensors.set(name, { name, shape, data });
    }
    return { tensors, metadata: Object.fromEntries(metadata) };
  } finally {
    await source.close();
  }
}
