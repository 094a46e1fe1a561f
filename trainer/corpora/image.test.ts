import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { decodeImage, type Image, resize, toColour, toGrey } from './image.ts';

const base64 = z.string().transform(text => Uint8Array.from(Buffer.from(text, 'base64')));
const cases = z
  .array(z.object({ name: z.string(), alpha: z.boolean(), file: base64, width: z.number(), height: z.number(), channels: z.literal([1, 3]), pixels: base64 }))
  .parse(JSON.parse(readFileSync(new URL('fixtures/images.json', import.meta.url), 'utf8')));

function fileOf(name: string): Uint8Array<ArrayBuffer> {
  const found = cases.find(one => one.name === name);
  if (found === undefined) throw new Error(`fixtures/images.json has no ${name}`);
  return found.file;
}

function refusal(bytes: Uint8Array): string {
  try {
    decodeImage(bytes, 'a.png');
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'bad-corpus') return thrown.message;
    throw thrown;
  }
  throw new Error('a Failure was expected');
}

const image = (width: number, height: number, channels: 1 | 3, ...pixels: number[]): Image => ({ width, height, channels, pixels: Uint8Array.from(pixels) });

describe('an image', () => {
  it.each(cases)('has the pixels that Pillow finds: $name', ({ name, file, alpha, width, height, channels, pixels }) => {
    const decoded = decodeImage(file, name, 'white');
    expect([decoded.width, decoded.height, decoded.channels]).toEqual([width, height, channels]);
    const worst = Math.max(...decoded.pixels.map((pixel, at) => Math.abs(pixel - (pixels[at] ?? NaN))));
    // Decoders of JPEG may round differently (ITU-T T.83 allows a difference of 1 before the colours are converted).
    expect(worst).toBeLessThanOrEqual(name.startsWith('JPEG') ? 3 : 0);
    if (alpha) expect(refusal(file)).toMatch(/^a\.png: has an alpha channel; /);
  });

  it('is refused when it is cut off anywhere', () => {
    for (const name of ['PNG, colour', 'JPEG, baseline colour', 'JPEG, progressive colour']) {
      const file = fileOf(name);
      for (let length = 8; length < file.length; length += 7) {
        const found = refusal(file.subarray(0, length));
        expect(found).toMatch(/^a\.png: a damaged (PNG|JPEG) image found/);
      }
    }
  });

  it('is refused when a byte of its pixels is another', () => {
    const file = Uint8Array.from(fileOf('PNG, colour'));
    file[60] = (file[60] ?? 0) ^ 0xff;
    expect(refusal(file)).toContain('a damaged PNG image found');
  });

  it('is refused when it is no PNG or JPEG', () => {
    expect(refusal(Buffer.from('GIF89a'))).toBe('a.png: neither a PNG nor a JPEG image found; one of them is expected.');
    expect(refusal(new Uint8Array(0))).toContain('neither');
  });

  it('is refused before it is unpacked when it says that it is huge', () => {
    const png = Uint8Array.from(fileOf('PNG, grey'));
    new DataView(png.buffer).setUint32(16, 100_000);
    new DataView(png.buffer).setUint32(20, 100_000);
    expect(refusal(png)).toBe('a.png: an image of 100000 × 100000 pixels found; at most 64,000,000 pixels are expected.');
  });

  it('is refused when it unpacks into more than it says', () => {
    const small = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(0) });
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bomb.length);
    const file = Buffer.concat([small.subarray(0, 33), length, Buffer.from('IDAT'), bomb, Buffer.alloc(4), small.subarray(-12)]);
    expect(refusal(file)).toContain('do not unpack into the 2 bytes that its header promises');
  });

  it('of JPEG is refused with more scans than anyone writes', () => {
    const file = fileOf('JPEG, progressive grey');
    const scans = Buffer.concat(Array.from({ length: 200 }, () => Buffer.of(0xff, 0xda)));
    expect(refusal(Buffer.concat([file.subarray(0, -2), scans, file.subarray(-2)]))).toMatch(/a JPEG image of 2\d\d scans found; at most 100 are expected/);
  });
});

describe('colours', () => {
  it('become grey as the eye weighs them, and grey becomes a colour', () => {
    expect([...toGrey(image(5, 1, 3, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0)).pixels]).toEqual([255, 76, 150, 29, 0]);
    expect(toColour(image(2, 1, 1, 7, 9))).toEqual(image(2, 1, 3, 7, 7, 7, 9, 9, 9));
  });
});

describe('another size', () => {
  it('has the means of the areas', () => {
    expect(resize(image(4, 2, 1, 0, 4, 10, 20, 8, 8, 30, 40), 2, 1)).toEqual(image(2, 1, 1, 5, 25));
    // Three pixels into two: the middle one goes half to each.
    expect([...resize(image(3, 1, 1, 0, 90, 180), 2, 1).pixels]).toEqual([30, 150]);
    expect(resize(image(2, 1, 3, 1, 2, 3, 7, 8, 9), 4, 1)).toEqual(image(4, 1, 3, 1, 2, 3, 1, 2, 3, 7, 8, 9, 7, 8, 9));
  });

  it('keeps an even image even, whatever the sizes', () => {
    for (const [width, height] of [[1, 1], [7, 3], [29, 31], [64, 10]] as const) {
      const even = resize({ width: 28, height: 28, channels: 1, pixels: new Uint8Array(784).fill(200) }, width, height);
      expect(even.pixels).toEqual(new Uint8Array(width * height).fill(200));
    }
  });
});
