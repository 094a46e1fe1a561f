/** What the sources of every kind of corpus share in a config. */
import * as z from 'zod';
import { badCorpus, type Encoding, readChunks } from '../text/lines.ts';

/** A path as it stands in a config; whoever reads the source resolves it first. */
export const pathSchema = z.string().min(1).max(4096);

/** A file of text; one whose name ends in .gz is unpacked. */
export const textFile = {
  file: pathSchema,
  encoding: z.enum(['utf-8', 'latin-1'] satisfies Encoding[]).default('utf-8'),
};

/** A column of a table: its number from 0, or its name in the first line. */
export const columnSchema = z.union([z.int().min(0).max(1000), z.string().min(1).max(200)], {
  error: 'expected the number of a column, counted from 0, or its name',
});
export type Column = z.infer<typeof columnSchema>;

/**
 * A whole file in memory; one whose name ends in .gz is unpacked.
 * @throws Failure `no-such-file`; `bad-corpus` for more than `atMost` bytes or a damaged archive
 */
export async function readWhole(file: string, atMost: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readChunks(file, () => undefined)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > atMost) throw badCorpus(file, undefined, `over ${atMost.toLocaleString('en')} bytes found; at most so many are expected`);
  }
  return Buffer.concat(chunks, size);
}
