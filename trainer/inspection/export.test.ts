import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportFormat, type MapChoice, plainReading } from '../../protocol/inspection.ts';
import type { shareOf } from '../../protocol/map-bytes.ts';
import { readSafetensors } from '../checkpoints/safetensors.ts';
import { openTensorFile } from '../formats/open.ts';
import { numberedAxis } from './axes.ts';
import { type Exported, exportMap } from './export.ts';
import type { HeldLayer, HeldMap } from './held.ts';
import { axisOf, passOf, randomMap, unhurried } from './reading/reading.fixture.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'export-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const source = axisOf('The "cat" +s | ran , [SEP]');
const target = axisOf('Die Katzen | liefen [SEP]', 'target');
const first = [[0.5, 0.25, 0.25, 0, 0, 0], [0.125, 0.375, 0.5, 0, 0, 0], [0, 0, 0, 0.75, 0.25, 0], [0, 0, 0, 0.25, 0, 0.75]];
const second = first.map(row => row.toReversed());
const pass = passOf([source, target], [{ kind: 'cross', queries: 1, keys: 0, heads: [first, second] }, { kind: 'encoder', heads: [randomMap('a', 6, 6)] }]);

const head = (...heads: number[]): MapChoice => ({ of: 'heads', kind: 'cross', layer: 0, heads, by: 'mean' });

async function write(format: ExportFormat, more: Partial<Exported> & { readonly choice?: MapChoice } = {}): Promise<{ readonly file: string; readonly bytes: Buffer; readonly warnings: readonly string[] }> {
  const { choice = head(0), ...others } = more;
  const file = join(folder, `map.${format}`);
  const { bytes: length, warnings } = await exportMap({ map: { pass, choice }, reading: plainReading, drawing: 'matrix', format, file, ...others }, unhurried);
  const bytes = await readFile(file);
  expect(length).toBe(bytes.length);
  return { file, bytes, warnings };
}

/** What Python makes of a file, where there is one with numpy. */
function python(program: string, file: string): unknown {
  const { status, stdout } = spawnSync('/usr/bin/python3', ['-c', program, file], { encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

test('CSV quotes what needs it', async () => {
  const { bytes } = await write('csv', { reading: { ...plainReading, hideSpecial: true } });
  expect(bytes.toString()).toBe([',The,"""cat""",s,ran,","', 'Die,0.5,0.25,0.25,0,0', 'Katzen,0.125,0.375,0.5,0,0', 'liefen,0,0,0,0.75,0.25', ''].join('\r\n'));
});

test('tokens that a spreadsheet would compute stay text in CSV, and numbers numbers', async () => {
  const signs = passOf([axisOf('=1+1 －x -a @b c')], [{ heads: [[[-0.5, 0, 0, 0, 0], ...Array.from({ length: 4 }, () => [0, 0, 0, 0, 1])]] }]);
  const file = join(folder, 'signs.csv');
  await exportMap({ map: { pass: signs, choice: { of: 'heads', kind: 'encoder', layer: 0, heads: [0], by: 'mean' } }, reading: plainReading, drawing: 'matrix', format: 'csv', file }, unhurried);
  expect((await readFile(file, 'utf8')).split('\r\n').slice(0, 3)).toEqual([",'=1+1,'－x,'-a,'@b,c", "'=1+1,-0.5,0,0,0,0", "'－x,0,0,0,0,1"]);
});

test('a folder that is not there is named, and what to do', async () => {
  const missing = join(folder, 'nowhere');
  await expect(write('svg', { file: join(missing, 'map.svg') })).rejects.toMatchObject({ code: 'no-such-file', message: `Cannot write ${join(missing, 'map.svg')}: there is no folder ${missing}.`, hint: 'Make that folder, or choose another.' });
});

test('JSON is laid out as that of all maps, and tells how it was read', async () => {
  const reading = { ...plainReading, unit: 'words', hideSpecial: true } as const;
  const told = JSON.parse((await write('json', { reading })).bytes.toString());
  expect(told).toMatchObject({ model: 'model', choice: head(0), reading });
  expect(told.source.tokens).toEqual([{ text: 'The', start: 0, end: 3 }, { text: '"cat"s', start: 4, end: 10 }, { text: 'ran', start: 11, end: 14 }, { text: ',', start: 15, end: 16 }]);
  expect(told.target.tokens.map(({ text }: { text: string }) => text)).toEqual(['Die', 'Katzen', 'liefen']);
  expect(told.maps).toEqual([{ kind: 'cross', layer: 0, head: 0, queries: 'target', keys: 'source', weights: [[0.5, 0.5, 0, 0], [0.125, 0.875, 0, 0], [0, 0, 0.75, 0.25]] }]);
});

test('npy is what numpy reads', async () => {
  const { file, bytes } = await write('npy');
  expect([bytes.length % 64, bytes.length]).toEqual([(24 * 4) % 64, 128 + 24 * 4]);
  const read = await openTensorFile(file);
  expect(read.tensors).toMatchObject([{ dtype: 'float32', shape: [4, 6] }]);
  await read.close();
  const program = 'import sys, json, numpy; a = numpy.load(sys.argv[1]); print(json.dumps([str(a.dtype), a.tolist()]))';
  expect(python(program, file) ?? ['float32', first]).toEqual(['float32', first]);
});

test('safetensors hold the tokens and how it was read', async () => {
  const { file } = await write('safetensors', { choice: head(0, 1) });
  const { tensors, metadata } = await readSafetensors(file);
  const tensor = tensors.get('cross.0.mean');
  expect([tensor?.shape, tensor?.data[0]]).toEqual([[4, 6], 0.25]);
  expect(JSON.parse(metadata['columns'] ?? '')).toMatchObject({ side: 'source', text: source.text, labels: [{ first: 0, end: 1, text: 'The', special: false }, {}, {}, {}, {}, {}] });
  expect([metadata['model'], JSON.parse(metadata['choice'] ?? ''), JSON.parse(metadata['reading'] ?? '')]).toEqual(['model', head(0, 1), plainReading]);
});

test('an alignment has a line a sentence, words counted from 0 in each, however the map is read', async () => {
  const { bytes } = await write('pharaoh', { reading: { ...plainReading, unit: 'sentences', hideSpecial: true } });
  expect(bytes.toString()).toBe('0-0 1-1\n0-0\n');
});

test('an alignment whose links lead from one sentence to another is of the text as a whole', async () => {
  const crossing = passOf([source, target], [{ kind: 'cross', queries: 1, keys: 0, heads: [[[0, 0, 0, 1, 0, 0], [0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]] }]);
  const { bytes } = await write('pharaoh', { map: { pass: crossing, choice: head(0) } });
  expect(bytes.toString()).toBe('2-0 1-1 0-2\n');
});

test('a page has every head of the layer, read alike', async () => {
  const { bytes } = await write('html', { reading: { ...plainReading, unit: 'words' } });
  const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(bytes.toString()) ?? [];
  const { layers, source: names, head: shown } = JSON.parse(data);
  expect(layers).toMatchObject([{ name: 'Decoder, over the source: layer 1', heads: 2, rows: 4, columns: 5, queries: 'target', keys: 'source', isSigned: false }]);
  expect(shown).toBe(0);
  expect(names).toEqual(['The', '"cat"s', 'ran', ',', '[SEP]']);
  expect(bytes.toString()).toContain('model · by words');
});

describe('drawn', () => {
  const words = Array.from({ length: 512 }, (_, index) => `w${index}`).join(' ');
  const large = passOf([axisOf(words)], [{ heads: [randomMap('large', 512, 512)] }]);
  const map = { pass: large, choice: { of: 'heads', kind: 'encoder', layer: 0, heads: [0], by: 'mean' } as const };

  test('a map of 512 × 512 weights is a few hundred elements', async () => {
    const file = join(folder, 'large.svg');
    const { bytes } = await exportMap({ map, reading: plainReading, drawing: 'matrix', format: 'svg', file }, unhurried);
    const elements = (await readFile(file, 'utf8')).match(/<[a-z]/g) ?? [];
    expect(elements.length).toBeLessThan(400);
    expect(bytes).toBeLessThan(4_000_000);
  });

  test('of some rows and columns only their lines and their names are drawn', async () => {
    const { bytes } = await write('svg', { drawing: { heads: [0], rows: { first: 2, end: 4 }, columns: { first: 3, end: 5 } } });
    const svg = bytes.toString();
    expect(['Die', 'liefen', 'cat', 'ran'].map(word => svg.includes(`>${word}<`))).toEqual([false, true, false, true]);
    expect(svg).toContain('liefen → ran 0.75');
  });

  test('lines that are too weak are told of', async () => {
    const { warnings } = await exportMap({ map, reading: plainReading, drawing: { heads: [0] }, format: 'pdf', file: join(folder, 'lines.pdf') }, unhurried);
    expect(warnings.join(' ')).toMatch(/^\d+,\d+ weaker lines are not drawn; the strongest of them has 0\.00\d+\. \d+,\d+ lines are too faint/);
  });

  test('in pixels it is the same drawing, at twice its size', async () => {
    const [svg, png] = [await write('svg'), await write('png')];
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg.bytes.toString()) ?? [];
    const picture = decode(png.bytes);
    expect([picture.width, picture.height]).toEqual([2 * Number(width), 2 * Number(height)]);
    const [, left, top] = /translate\(([\d.]+) ([\d.]+)\) scale\(18\)/.exec(svg.bytes.toString()) ?? [];
    const colourOf = (row: number, column: number): number[] => {
      const x = Math.round(2 * (Number(left) + (column + 0.25) * 18));
      const y = Math.round(2 * (Number(top) + (row + 0.25) * 18));
      return [...picture.data.subarray(3 * (y * picture.width + x), 3 * (y * picture.width + x) + 3)];
    };
    expect([colourOf(2, 3), colourOf(3, 5), colourOf(2, 2)]).toEqual([[10, 110, 209], [10, 110, 209], [248, 248, 248]]);
    expect(png.warnings).toEqual([]);
  });

  test('a difference', async () => {
    const { bytes } = await write('svg', { minus: { pass, choice: head(1) } });
    expect(bytes.toString()).toContain('<title id="title">model · Decoder, over the source: layer 1, head 1, minus Decoder, over the source: layer 1, head 2</title>');
  });
});

describe('a difference of texts that differ says what only one of them has', () => {
  const shorter = passOf([axisOf('a cat'), axisOf('b', 'target')], [{ kind: 'cross', queries: 1, keys: 0, heads: [[[0.25, 0.75]]] }]);
  const longer = passOf([axisOf('a fat cat'), axisOf('b', 'target')], [{ kind: 'cross', queries: 1, keys: 0, heads: [[[0.5, 0.25, 0.25]]] }]);
  const difference = { map: { pass: longer, choice: head(0) }, minus: { pass: shorter, choice: head(0) } };

  test('in CSV as nothing, in JSON as null, in tensors as NaN', async () => {
    expect((await write('csv', difference)).bytes.toString()).toBe(',a,fat,cat\r\nb,0.25,,-0.5\r\n');
    const told = JSON.parse((await write('json', difference)).bytes.toString());
    expect([told.maps[0].weights, told.minus]).toEqual([[[0.25, null, -0.5]], { model: 'model', choice: head(0), text: 'a cat' }]);
    const { bytes } = await write('npy', difference);
    expect([...new Float32Array(bytes.buffer.slice(bytes.byteOffset + bytes.length - 12, bytes.byteOffset + bytes.length))]).toEqual([0.25, Number.NaN, -0.5]);
    const { metadata } = await readSafetensors((await write('safetensors', difference)).file);
    expect(JSON.parse(metadata['columns'] ?? '')).toMatchObject({ labels: [{ text: 'a' }, { text: 'fat', only: 'map' }, { text: 'cat' }] });
  });

  test('hatched in a drawing, and marked in a page', async () => {
    const svg = (await write('svg', difference)).bytes.toString();
    expect(svg).toContain('hatched: in one of both');
    expect(svg).toContain('of “a fat cat”, minus the same of “a cat”</title>');
    expect(svg).not.toContain('NaN');
    const page = (await write('html', difference)).bytes.toString();
    const [{ bytes, full, isSigned }] = JSON.parse(/id="data">(.*?)<\/script>/.exec(page)?.[1] ?? '').layers;
    expect({ full, isSigned, gap: Buffer.from(bytes, 'base64')[1] }).toEqual({ full: 1, isSigned: true, gap: 0 });
    // By the page's own script.
    const read = runInNewContext(`(${/const shareOf = (.*?);\n\n/s.exec(page)?.[1] ?? ''})`) as typeof shareOf;
    expect([0, 2].map(at => read(Buffer.from(bytes, 'base64')[at] ?? 0, isSigned))).toEqual([expect.closeTo(0.25, 2), expect.closeTo(-0.5, 2)]);
  });
});

test.each<[ExportFormat, number, number, string]>([
  ['csv', 1, 5000, 'This map has 25,000,000 weights; at most 24,000,000 are written as text.'],
  ['html', 300, 300, 'The 300 heads of this layer have 27,000,000 weights; a page holds at most 24,000,000.'],
])('%s of %d × %d² weights is refused before any of them is read', async (format, heads, size, message) => {
  const unread: HeldLayer = { kind: 'encoder', layer: 0, heads, queries: 0, keys: 0, rows: size, columns: size, shifts: [], get blocks(): never { throw new Error('its weights were read'); } };
  const map: HeldMap = { pass: { ...passOf([numberedAxis(size)], []), layers: [unread] }, choice: { of: 'heads', kind: 'encoder', layer: 0, heads: [0], by: 'mean' } };
  await expect(exportMap({ map, reading: plainReading, drawing: 'matrix', format, file: join(folder, 'large') }, unhurried)).rejects.toMatchObject({ code: 'bad-argument', message, hint: expect.stringMatching(/^Write safetensors or npy, or read it by words/) });
});

test.each<[string, ExportFormat, Parameters<typeof write>[1], RegExp]>([
  ['an alignment of a text with itself', 'pharaoh', { choice: { of: 'heads', kind: 'encoder', layer: 0, heads: 'all', by: 'mean' } }, /links the words of two texts/],
  ['an alignment of a difference', 'pharaoh', { minus: { pass, choice: head(1) } }, /no alignment/],
  ['lines of a difference', 'svg', { minus: { pass, choice: head(1) }, drawing: { heads: [0] } }, /Draw|matrix|heads of one layer/],
  ['a head that is not there', 'csv', { choice: head(7) }, /no “.*head 8” \(/],
])('%s is refused, and no file is left', async (_, format, more, message) => {
  const before = await readdir(folder);
  const file = join(folder, 'refused');
  await expect(write(format, { ...more, file })).rejects.toThrow(message);
  expect(await readdir(folder)).toEqual(before);
});
