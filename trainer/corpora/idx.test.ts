import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collect, refusal, testFiles } from './files.fixture.ts';
import { readIdxImages } from './idx.ts';

const files = testFiles();

/** A file of bytes with these sizes in its header. */
function idx(shape: readonly number[], data: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((size, at) => header.writeUInt32BE(size, 4 + 4 * at));
  return Buffer.concat([header, Buffer.from(data)]);
}

const two = idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
const classes = idx([2], [7, 0]);

async function refused(images: Uint8Array, labels: Uint8Array = classes): Promise<string> {
  return refusal(readIdxImages({ format: 'idx', images: await files.file('images', images), labels: await files.file('labels', labels) }));
}

describe('IDX', () => {
  it('is read, packed or not', async () => {
    const images = await files.file('two.gz', gzipSync(two));
    const read = await collect(readIdxImages({ format: 'idx', images, labels: await files.file('classes', classes) }));
    expect(read).toEqual([
      { label: '7', name: `${images}, image 1`, width: 3, height: 2, channels: 1, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) },
      { label: '0', name: `${images}, image 2`, width: 3, height: 2, channels: 1, pixels: Uint8Array.of(7, 8, 9, 10, 11, 12) },
    ]);
  });

  it('is refused when it is of another kind, with too many or too few numbers, or far too large', async () => {
    expect(await refused(idx([20], Array.from({ length: 20 }, () => 1)))).toContain('images: it begins with 0x00000801; 0x00000803 is expected: IDX of bytes in 3 dimensions.');
    expect(await refused(two.subarray(0, -1))).toContain('the file is cut off: 11 numbers found where 12 are expected (2 × 2 × 3).');
    expect(await refused(Buffer.concat([two, Buffer.of(0)]))).toContain('more numbers found than the 12 that its header says (2 × 2 × 3)');
    expect(await refused(two.subarray(0, 9))).toContain('9 bytes found; an IDX header of 16 bytes is expected');
    expect(await refused(idx([100_000, 200, 200], []))).toContain('the size 100000 × 200 × 200 found; at most 2 GB are expected');
    expect(await refused(idx([0, 28, 28], []))).toContain('no size of 0 is expected');
    expect(await refused(two, idx([3], [1, 2, 3]))).toContain('3 labels found; one for each of the 2 images of');
  });

  it('is refused when its archive is damaged', async () => {
    const images = await files.file('damaged.gz', gzipSync(two).subarray(0, -9));
    const source = { format: 'idx', images, labels: await files.file('classes', classes) } as const;
    expect(await refusal(readIdxImages(source))).toBe(`${images}: the archive is damaged or cut off; a whole .gz file is expected.`);
    expect(await refusal(readIdxImages({ ...source, images: files.path('none') }), 'no-such-file')).toContain('does not exist');
  });
});

const fashion = '/usr/share/datasets/fashion-mnist';
const present = existsSync(fashion);

describe.skipIf(!present)(`Fashion-MNIST${present ? '' : ` (skipped: ${fashion}, of Debian's dataset-fashion-mnist, is not here)`}`, () => {
  it.each([['train', 60_000], ['t10k', 10_000]] as const)('%s has its %d images of 28 × 28 in ten classes of one size', async (part, count) => {
    const counts = new Map<string, number>();
    let sum = 0;
    const source = { format: 'idx', images: `${fashion}/${part}-images-idx3-ubyte.gz`, labels: `${fashion}/${part}-labels-idx1-ubyte.gz` } as const;
    for await (const { label, width, height, pixels } of readIdxImages(source)) {
      if (width !== 28 || height !== 28 || pixels.length !== 784) throw new Error(`28 × 28 expected, ${width} × ${height} found`);
      counts.set(label, (counts.get(label) ?? 0) + 1);
      for (const pixel of pixels) sum += pixel;
    }
    expect([...counts.keys()].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => count / 10));
    // The mean that is used everywhere to normalise them: 0.2860 over the training images.
    if (part === 'train') expect(sum / (count * 784) / 255).toBeCloseTo(0.286, 3);
  });
});
