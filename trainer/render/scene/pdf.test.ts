import { spawnSync } from 'node:child_process';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Fonts } from './fonts.ts';
import { pdfOf } from './pdf.ts';
import { label, type Scene } from './scene.ts';

const sceneOf = (...texts: readonly string[]): Scene => ({
  width: 200, height: 100, title: 'A map', description: 'Two cells.',
  shapes: [
    { kind: 'rectangles', colour: '#0a6ed1', opacity: 0.5, x: 10, y: 20, unit: 5, rectangles: [{ x: 0, y: 0, width: 2, height: 1 }, { x: 3, y: 0, width: 1, height: 1 }] },
    { kind: 'strokes', colour: '#000000', opacity: 1, thickness: 1, lines: [{ from: [1, 2], to: [3, 4] }] },
    ...texts.map((text, index) => label(text, 100, 20 * (index + 1), { anchor: 'end' })),
  ],
});

/** What is painted. */
function contentOf(bytes: Uint8Array): string {
  const file = Buffer.from(bytes).toString('latin1');
  return [...file.matchAll(/FlateDecode\s*>>\s*stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, stream = '']) => inflateSync(Buffer.from(stream, 'latin1')).toString('latin1')).join('\n');
}

/** A reader that others wrote, where there is one. */
function read(bytes: Uint8Array, program: string): string | undefined {
  const { status, stdout } = spawnSync(program, program === 'pdftotext' ? ['-', '-'] : ['-'], { input: bytes, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

test('shapes are vectors, the page is as large as the drawing', async () => {
  const { bytes, missing } = await pdfOf(sceneOf('Größe “1”'), new Fonts([]));
  const file = Buffer.from(bytes).toString('latin1');
  expect(file).toMatch(/^%PDF-1\.7/);
  expect(file).toMatch(/\/MediaBox \[0 0 200 100\]/);
  const content = contentOf(bytes);
  expect(content).toMatch(/0 0 2 1 re\n3 0 1 1 re\n/);
  expect(content).toMatch(/1 2 m\n3 4 l\n/);
  expect(missing).toEqual([]);
  expect(read(bytes, 'pdftotext')?.trim() ?? 'Größe “1”').toBe('Größe “1”');
  expect(read(bytes, 'pdfinfo') ?? 'Title: A map').toMatch(/Title:\s+A map/);
});

test('letters that no font has are told, and question marks stand there', async () => {
  const { bytes, missing } = await pdfOf(sceneOf('日本語', 'ok', '日光'), new Fonts([]));
  expect(missing).toEqual(['日', '本', '語', '光']);
  expect(read(bytes, 'pdftotext')?.split(/\s+/).filter(Boolean) ?? ['???', 'ok', '??']).toEqual(['???', 'ok', '??']);
});

test('the carried font is taken along once, cut to its letters; its letters are the same on every machine', async () => {
  const { bytes, missing } = await pdfOf(sceneOf('Жук a', 'Жар Ωρα'), new Fonts([]));
  expect(missing).toEqual([]);
  expect(bytes.length).toBeLessThan(60_000);
  expect(Buffer.from(bytes).toString('latin1').match(/\/FontFile[23] /g)).toHaveLength(1);
  expect(read(bytes, 'pdftotext')?.trim() ?? 'Жук a\nЖар Ωρα').toMatch(/^Жук a\s+Жар Ωρα$/);
});

test('a font of this machine is taken along for letters that the carried one has not', async () => {
  const fonts = new Fonts();
  await fonts.runsOf('Ա');
  if (fonts.missing.length > 0) return;
  const { bytes, missing } = await pdfOf(sceneOf('Աբ Жар'), fonts);
  expect(missing).toEqual([]);
  expect(Buffer.from(bytes).toString('latin1').match(/\/FontFile[23] /g)).toHaveLength(2);
  expect(read(bytes, 'pdftotext')?.trim() ?? 'Աբ Жар').toBe('Աբ Жар');
});
