/**
 * IDX, the format of MNIST and Fashion-MNIST (LeCun, Cortes & Burges, "The MNIST database of handwritten digits"): two zero
 * bytes, the type of the numbers, how many dimensions, the size of each as four bytes, the most significant first, then the
 * numbers. We read bytes only, which is what those two hold.
 */
import * as z from 'zod';
import { badCorpus, readChunks } from '../text/lines.ts';
import type { LabelledImage } from './image.ts';
import { pathSchema } from './source.ts';

/** Images `[count, height, width]` and their classes `[count]`; a file whose name ends in .gz is unpacked. */
export const idxSourceSchema = z.strictObject({ format: z.literal('idx'), images: pathSchema, labels: pathSchema });
export type IdxSource = z.infer<typeof idxSourceSchema>;

export interface Idx {
  readonly shape: readonly number[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Bytes that a file may unpack to. */
const largest = 2 ** 31;

/**
 * Reads a whole file of bytes in `dimensions` dimensions.
 * @throws Failure `no-such-file`; `bad-corpus` for another header, over 2 GB, or more or fewer numbers than the header says
 */
export async function readIdx(file: string, dimensions: number): Promise<Idx> {
  const headerBytes = 4 + 4 * dimensions;
  let header = Buffer.alloc(0);
  let shape: readonly number[] = [];
  let data: Uint8Array<ArrayBuffer> | undefined;
  let done = 0;
  for await (const chunk of readChunks(file, () => undefined)) {
    let numbers: Uint8Array = chunk;
    if (data === undefined) {
      header = Buffer.concat([header, chunk]);
      if (header.length < headerBytes) continue;
      shape = parseHeader(file, header, dimensions);
      data = new Uint8Array(shape.reduce((product, size) => product * size, 1));
      numbers = header.subarray(headerBytes);
    }
    if (done + numbers.length > data.length) {
      throw badCorpus(file, undefined, `more numbers found than the ${data.length.toLocaleString('en')} that its header says (${shape.join(' × ')})`);
    }
    data.set(numbers, done);
    done += numbers.length;
  }
  if (data === undefined) throw badCorpus(file, undefined, `${header.length} bytes found; an IDX header of ${headerBytes} bytes is expected`);
  if (done < data.length) {
    const expected = `${data.length.toLocaleString('en')} are expected (${shape.join(' × ')})`;
    throw badCorpus(file, undefined, `the file is cut off: ${done.toLocaleString('en')} numbers found where ${expected}`);
  }
  return { shape, data };
}

function parseHeader(file: string, header: Buffer, dimensions: number): number[] {
  const magic = header.readUInt32BE(0);
  // 0x08 is the type of unsigned bytes.
  const expected = 0x0800 + dimensions;
  if (magic !== expected) {
    const hexadecimal = (number: number): string => `0x${number.toString(16).padStart(8, '0')}`;
    throw badCorpus(file, undefined, `it begins with ${hexadecimal(magic)}; ${hexadecimal(expected)} is expected: IDX of bytes in ${dimensions} ${dimensions === 1 ? 'dimension' : 'dimensions'}`);
  }
  const shape = Array.from({ length: dimensions }, (_, at) => header.readUInt32BE(4 + 4 * at));
  if (shape.includes(0)) throw badCorpus(file, undefined, `the size ${shape.join(' × ')} found; no size of 0 is expected`);
  if (shape.reduce((product, size) => product * size, 1) > largest) {
    throw badCorpus(file, undefined, `the size ${shape.join(' × ')} found; at most 2 GB are expected`);
  }
  return shape;
}

/**
 * Reads grey images, one by one in the order of the files; their classes are `0`, `1`, …
 * @throws Failure as `readIdx` does; `bad-corpus` where there are not as many images as classes
 */
export async function* readIdxImages({ images: imageFile, labels: labelFile }: IdxSource): AsyncGenerator<LabelledImage, void, undefined> {
  const labels = await readIdx(labelFile, 1);
  const images = await readIdx(imageFile, 3);
  const [count = 0, height = 0, width = 0] = images.shape;
  if (labels.data.length !== count) {
    throw badCorpus(labelFile, undefined, `${labels.data.length.toLocaleString('en')} labels found; one for each of the ${count.toLocaleString('en')} images of ${imageFile} is expected`);
  }
  for (const [at, label] of labels.data.entries()) {
    const pixels = images.data.subarray(at * height * width, (at + 1) * height * width);
    yield { label: String(label), name: `${imageFile}, image ${at + 1}`, width, height, channels: 1, pixels };
  }
}
