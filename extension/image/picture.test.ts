import { describe, expect, it } from 'vitest';
import { checkSize, checkedImage, isImageName, largestImage } from './picture.ts';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);

describe('an image to be classified', () => {
  it('is known by the ending of its name', () => {
    expect(['/a/b.png', 'B.JPG', 'c.d.jpeg'].map(isImageName)).toEqual([true, true, true]);
    expect(['/a.png/b', 'b.gif', 'png', 'b.pngx'].map(isImageName)).toEqual([false, false, false, false]);
  });

  it('is sent as it is', () => {
    const sent = checkedImage(Buffer.from(png), 'a.png');
    expect(sent).toEqual(png);
    expect([sent.constructor.name, sent.byteOffset, sent.buffer.byteLength]).toEqual(['Uint8Array', 0, png.length]);
    expect(checkedImage(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'a.jpg')).toHaveLength(4);
  });

  it('is refused when it is none, or too large, in words that name it', () => {
    expect(() => checkedImage(png.subarray(1), 'a.png')).toThrow('a.png is neither a PNG nor a JPEG image.');
    expect(() => checkedImage(new Uint8Array(), 'a.png')).toThrow('a.png is neither');
    expect(() => checkSize(largestImage + 1, 'b.jpg')).toThrow('b.jpg has 33 MB; at most 32 MB are read.');
  });
});
