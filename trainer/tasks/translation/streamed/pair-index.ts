/** The index at the end of a file of encoded pairs: where its blocks are, and of what data and settings it is. */
import { open } from 'node:fs/promises';
import * as z from 'zod';

const mark = 'ASPAIRS1';
const trailerBytes = 8 + mark.length;
/** Of a corpus of a billion pairs. */
const mostIndexBytes = 100e6;

const size = z.int().min(0);
const countsSchema = z.strictObject({
  /** Pairs to train on, those too long for any bucket counted. */
  pairs: size,
  tooLong: size,
  /** Pairs not trained on: held out, or with a side of a pair that is. */
  leftOut: size,
});
export type PairCounts = z.infer<typeof countsSchema>;

const indexSchema = z.strictObject({
  /** Says of what data and settings it is. */
  key: z.string(),
  blocks: z.array(z.strictObject({ offset: size, bytes: size, pairs: size, hash: z.string() })),
  counts: countsSchema,
  /** Batches of the first epoch. */
  batches: size,
});
export type PairIndex = z.infer<typeof indexSchema>;

/** The end of the file: the index as JSON, its length in 8 bytes, a mark. */
export function trailerOf(index: PairIndex): Buffer {
  const json = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([json, length, Buffer.from(mark)]);
}

/** @throws whatever is wrong with it */
export async function readIndex(file: string): Promise<PairIndex> {
  const handle = await open(file, 'r');
  try {
    const { size: bytes } = await handle.stat();
    const trailer = Buffer.alloc(trailerBytes);
    await handle.read(trailer, 0, trailerBytes, bytes - trailerBytes);
    const length = Number(trailer.readBigUInt64LE());
    if (trailer.toString('latin1', 8) !== mark || length > mostIndexBytes) throw new RangeError('no end');
    const json = Buffer.alloc(length);
    const begin = bytes - trailerBytes - length;
    await handle.read(json, 0, length, begin);
    const index = indexSchema.parse(JSON.parse(json.toString()));
    const last = index.blocks.at(-1);
    if ((last === undefined ? 0 : last.offset + last.bytes) !== begin) throw new RangeError('blocks are missing');
    return index;
  } finally {
    await handle.close();
  }
}
