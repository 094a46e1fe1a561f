import { describe, expect, it } from 'vitest';
import { checkSize, encodeImage, isImageName, largestImage } from './picture.ts';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);

describe('an image to be classified', () => {
  it('is known by the ending of its name', () => {
    expect(['/a/b.png', 'B.JPG', 'c.d.jpeg'].map(isImageName)).toEqual([true, true, true]);
    expect(['/a.png/b', 'b.gif', 'png', 'b.pngx'].map(isImageName)).toEqual([false, false, false, false]);
  });

  it('is sent as it is', () => {
    expect(Buffer.from(encodeImage(png, 'a.png'), 'base64')).toEqual(Buffer.from(png));
    expect(encodeImage(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'a.jpg')).toBe('/9j/4A==');
  });

  it('is refused when it is none, or too large, in words that name it', () => {
    expect(() => encodeImage(png.subarray(1), 'a.png')).toThrow('a.png is neither a PNG nor a JPEG image.');
    expect(() => encodeImage(new Uint8Array(), 'a.png')).toThrow('a.png is neither');
    expect(() => checkSize(largestImage + 1, 'b.jpg')).toThrow('b.jpg has 33 MB; at most 32 MB are read.');
  });
});
