/**
 * The safetensors format: eight bytes of header length, a JSON header `{name: {dtype, shape, data_offsets}}`, then the
 * tensors' bytes (huggingface/safetensors, "Format"). Float32 only: that is all we save in it.
 */
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { elementCount } from '../graph/value.ts';
import { bytesOf } from '../graph/write.ts';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The format's own bound on a header. */
const largestHeader = 100_000_000;

export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  let offset = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const start = offset;
    offset += data.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [start, offset] }] as const;
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

const tensorSchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()).default({}) }).catchall(tensorSchema);

/**
 * Reads a float32 safetensors file.
 * @param into where a tensor's numbers are to go; without it, or where it gives nothing, a new array is made
 * @throws Failure `broken-model`
 */
export async function readSafetensors(
  path: string,
  into?: (name: string) => Float32Array | undefined,
): Promise<{ tensors: Map<string, NamedTensor>; metadata: Readonly<Record<string, string>> }> {
  const broken = (what: string): Failure =>
    new Failure('broken-model', `${path} is not a whole safetensors file: ${what}.`, 'Use another checkpoint.');
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Buffer.alloc(8);
    if (size < 8 || (await file.read(length, 0, 8, 0)).bytesRead < 8) throw broken(`it has ${size} bytes`);
    const headerLength = Number(length.readBigUInt64LE());
    if (headerLength > largestHeader || headerLength + 8 > size) throw broken(`its header should have ${headerLength} bytes`);
    const headerBytes = Buffer.alloc(headerLength);
    await file.read(headerBytes, 0, headerLength, 8);
    const header = headerSchema.safeParse(parseJson(headerBytes.toString('utf8')));
    if (!header.success) throw broken(z.prettifyError(header.error).split('\n')[0] ?? 'its header is unreadable');
    const { __metadata__: metadata, ...entries } = header.data;
    const tensors = new Map<string, NamedTensor>();
    for (const [name, entry] of Object.entries(entries)) {
      const { shape, data_offsets: [start, end] } = tensorSchema.parse(entry);
      const bytes = elementCount(shape) * 4;
      if (end - start !== bytes || 8 + headerLength + end > size) {
        throw broken(`${name} should have ${bytes} bytes at ${start}; the file ends at ${size}`);
      }
      const data = into?.(name) ?? new Float32Array(elementCount(shape));
      if (data.byteLength !== bytes) throw broken(`${name} has shape [${shape.join(', ')}]; ${data.length} numbers were expected`);
      const view = bytesOf(data);
      for (let done = 0; done < bytes; ) {
        const { bytesRead } = await file.read(view, done, bytes - done, 8 + headerLength + start + done);
        if (bytesRead === 0) throw broken(`${name} ends early`);
        done += bytesRead;
      }
      tensors.set(name, { name, shape, data });
    }
    return { tensors, metadata };
  } finally {
    await file.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
