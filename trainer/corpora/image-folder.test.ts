import { mkdir } from 'node:fs/promises';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { collect, refusal, testFiles } from './files.fixture.ts';
import { readImages, imageSourceSchema } from './image-source.ts';

const files = testFiles();
const png = (width: number, height: number, channels: number, ...data: number[]): Uint8Array => encode({ width, height, channels, data: Uint8Array.from(data) });
const images = (name: string, options: object = {}) => readImages(imageSourceSchema.parse({ format: 'image-folder', folder: files.path(name), ...options }));

describe('a folder of images', () => {
  it('has a class for each subfolder, and every image in the colours asked for', async () => {
    const dog = await files.file('pets/dog/1.PNG', png(2, 1, 1, 10, 20));
    const second = await files.file('pets/cat/b.png', png(1, 1, 3, 255, 0, 0));
    const first = await files.file('pets/cat/a.png', png(1, 1, 3, 1, 2, 3));
    await files.file('pets/cat/.DS_Store', 'x');
    await files.file('pets/cat/readme.txt', 'x');
    await files.file('pets/notes.txt', 'x');
    expect(await collect(images('pets'))).toEqual([
      { label: 'cat', name: first, width: 1, height: 1, channels: 3, pixels: Uint8Array.of(1, 2, 3) },
      { label: 'cat', name: second, width: 1, height: 1, channels: 3, pixels: Uint8Array.of(255, 0, 0) },
      { label: 'dog', name: dog, width: 2, height: 1, channels: 3, pixels: Uint8Array.of(10, 10, 10, 20, 20, 20) },
    ]);
    expect((await collect(images('pets', { channels: 1 }))).map(({ pixels }) => [...pixels])).toEqual([[2], [76], [10, 20]]);
  });

  it('is refused at an image of another size', async () => {
    const file = await files.file('sizes/a/1.png', png(2, 1, 1, 10, 20));
    expect(await refusal(images('sizes', { size: { width: 28, height: 28 } }))).toBe(`${file}: an image of 2 × 1 pixels found; 28 × 28 are expected.`);
  });

  it('is refused at an alpha channel, unless it is laid over white', async () => {
    const file = await files.file('alpha/a/1.png', png(1, 1, 4, 0, 100, 255, 51));
    expect(await refusal(images('alpha'))).toContain(`${file}: has an alpha channel; `);
    expect((await collect(images('alpha', { alpha: 'white' }))).map(({ pixels }) => [...pixels])).toEqual([[204, 224, 255]]);
  });

  it('is refused at a damaged image, another format, or an empty class', async () => {
    const damaged = await files.file('damaged/a/1.png', png(2, 1, 1, 10, 20).subarray(0, 50));
    expect(await refusal(images('damaged'))).toContain(`${damaged}: a damaged PNG image found (it is cut off)`);
    const other = await files.file('other/a/1.webp', 'RIFF');
    expect(await refusal(images('other'))).toContain(`${other}: a picture of another format found; PNG or JPEG is expected`);
    await mkdir(files.path('empty/a'), { recursive: true });
    expect(await refusal(images('empty'))).toContain(`${files.path('empty/a')}: no images found`);
    expect(await refusal(images('empty/a'))).toContain('no subfolders found');
    expect(await refusal(images('nowhere'), 'no-such-file')).toContain(`${files.path('nowhere')} does not exist.`);
  });
});
