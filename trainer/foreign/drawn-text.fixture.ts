/** A line of text as a picture, black on white, in a small font of squares. */
import type { Image } from '../corpora/image.ts';

/** Five by seven, row by row from the top. */
const glyphs: Readonly<Record<string, string>> = {
  A: '01110 10001 10001 11111 10001 10001 10001', E: '11111 10000 10000 11110 10000 10000 11111', H: '10001 10001 10001 11111 10001 10001 10001',
  I: '01110 00100 00100 00100 00100 00100 01110', L: '10000 10000 10000 10000 10000 10000 11111', N: '10001 11001 10101 10101 10011 10001 10001',
  O: '01110 10001 10001 10001 10001 10001 01110', T: '11111 00100 00100 00100 00100 00100 00100', W: '10001 10001 10001 10101 10101 11011 10001',
  1: '00100 01100 00100 00100 00100 00100 01110', 2: '01110 10001 00001 00110 01000 10000 11111', 4: '00010 00110 01010 10010 11111 00010 00010', ' ': '00000 00000 00000 00000 00000 00000 00000',
};

/** @param scale the side of a square, in pixels */
export function drawText(text: string, scale = 5): Image {
  const [width, height] = [(6 * text.length + 4) * scale, 11 * scale];
  const pixels = new Uint8Array(width * height).fill(255);
  [...text].forEach((character, place) => {
    (glyphs[character] ?? '').split(' ').forEach((row, y) =>
      [...row].forEach((bit, x) => {
        if (bit === '0') return;
        const [left, top] = [(6 * place + 2 + x) * scale, (y + 2) * scale];
        for (let line = top; line < top + scale; line++) pixels.fill(0, line * width + left, line * width + left + scale);
      }),
    );
  });
  return { width, height, channels: 1, pixels };
}
