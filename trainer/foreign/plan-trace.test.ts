import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSafetensors, type WrittenTensor } from '../checkpoints/safetensors.ts';
import { run } from '../cli/run.fixture.ts';
import { openTensorFile } from '../formats/open.ts';
import { facetOf } from './facets.ts';
import { inspectCheckpoint } from './inspect.ts';
import { openForeign } from './open.ts';
import { readTracedAttention, traceMap } from './plan-trace.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The words of a text, with a space between. */
const side = (...words: readonly string[]): string => {
  const text = words.join(' ');
  const starts = words.map((_, index) => words.slice(0, index).join(' ').length + Math.min(index, 1));
  return JSON.stringify({ text, tokens: words.map((word, index) => ({ text: word, start: starts[index], end: (starts[index] ?? 0) + word.length })) });
};

const map = (name: string, heads: number, queries: number, keys: number): WrittenTensor => ({
  name, shape: [heads, queries, keys], data: Float32Array.from({ length: heads * queries * keys }, (_, index) => (index + 1) / 100),
});

const told = { format: 'attention-scope-trace', formatVersion: '1', model: 'mine', source: side('the', 'cat', 'sat'), target: side('le', 'chat') };
const maps = [map('cross.1', 2, 2, 3), map('encoder.0', 1, 3, 3), map('cross.0', 2, 2, 3)];

async function write(name: string, tensors: readonly WrittenTensor[], metadata: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name);
  await writeSafetensors(path, tensors, metadata);
  return path;
}

test('its maps are those that were written, in the order of kinds and layers; any one is told by itself', async () => {
  const path = await write('mine.trace.safetensors', maps, told);
  const all = await readTracedAttention(path, 'all');
  expect(all.maps.map(({ kind, layer, heads, queries, keys }) => [kind, layer, heads, queries, keys])).toEqual([['encoder', 0, 1, 3, 3], ['cross', 0, 2, 2, 3], ['cross', 1, 2, 2, 3]]);
  expect(all.maps[2]?.weights).toEqual(maps[0]?.data);
  expect(all.target).toEqual({ text: 'le chat', tokens: [{ text: 'le', start: 0, end: 2 }, { text: 'chat', start: 3, end: 7 }], words: [{ start: 0, end: 2 }, { start: 3, end: 7 }] });

  const one = await traceMap(path, { kind: 'cross', layer: 1, head: 1 });
  expect(one).toMatchObject({ model: 'mine', queries: 'target', keys: 'source', source: { text: 'the cat sat' } });
  expect(one.weights).toEqual(Array.from(maps[0]?.data.subarray(6) ?? []));
  expect(one.layers).toEqual([{ kind: 'encoder', layer: 0, heads: 1 }, { kind: 'cross', layer: 0, heads: 2 }, { kind: 'cross', layer: 1, heads: 2 }]);
  const mean = await traceMap(path, { kind: 'cross', layer: 1, head: 'mean' });
  mean.weights.forEach((weight, place) => expect(weight).toBeCloseTo((place + 4) / 100, 6));
  expect(await traceMap(path, undefined)).toMatchObject({ map: { kind: 'encoder', layer: 0, head: 0 }, queries: 'source', keys: 'source' });
  await expect(traceMap(path, { kind: 'cross', layer: 7, head: 0 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('it has “Encoder: layer 1” (encoder:0); “Decoder, over the source: layers 1, 2” (cross:0, cross:1)') });
  await expect(traceMap(path, { kind: 'cross', layer: 1, head: 2 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('no “Decoder, over the source: layer 2, head 3” (cross:1:2); that layer has 2 heads, cross:1:0 to cross:1:1') });
});

test('of whatever text it is asked, it tells of its own', async () => {
  const model = await openForeign(await write('mine.trace.safetensors', maps, told), { threads: 1, whenLarge: { do: 'refuse' } });
  const pass = await facetOf(model, 'inspector').inspect({ text: 'whatever', languageId: 'plaintext', beam: 1 });
  expect(pass.axes.map(({ text }) => text)).toEqual(['the cat sat', 'le chat']);
  expect(pass.layers.map(({ kind, layer, heads }) => [kind, layer, heads])).toEqual([['encoder', 0, 1], ['cross', 0, 2], ['cross', 1, 2]]);
  expect((await model.attending.text?.({ text: 'whatever' }, { kind: 'cross', layer: 1 }))?.maps[0]?.weights).toEqual(maps[0]?.data);
  await model.release();
});

test('the command line says what it is and draws it, and takes no other text', async () => {
  const path = await write('mine.trace.safetensors', maps, told);
  expect(await inspectCheckpoint(path)).toMatchObject({ format: 'Attention Scope trace', tasks: ['attention'], isTrace: true, taps: [{ name: 'encoder.0', heads: 1 }, { name: 'cross.0', heads: 2 }, { name: 'cross.1', heads: 2 }], facts: [{ label: 'Model', value: 'mine' }, { label: 'Source', value: 'the cat sat (3 tokens)' }, { label: 'Target', value: 'le chat (2 tokens)' }] });
  const drawn = await run(['attend', path, '--map', 'cross:0:1']);
  expect([drawn.code, drawn.error]).toEqual([0, '']);
  for (const word of ['the', 'cat', 'sat', 'le', 'chat']) expect(drawn.out).toContain(word);
  const page = join(folder, 'page.html');
  expect(await run(['attend', path, '--html', page])).toMatchObject({ code: 0, error: '' });
  expect(await readFile(page, 'utf8')).toContain('chat');
  const refused = await run(['attend', path, '--text', 'another']);
  expect([refused.code === 0, refused.error]).toEqual([false, expect.stringContaining('holds its own text')]);
}, 120_000);

test('tensors of a file that is only called so are tensors', async () => {
  const file = await openTensorFile(await write('weights.trace.safetensors', maps, { source: 'a' }));
  expect(file.format).toBe('safetensors');
  await file.close();
});

describe('what is wrong in it is named', () => {
  test.each([
    ['a newer version', maps, { ...told, formatVersion: '2' }, 'formatVersion is "2"'],
    ['no source', maps, Object.fromEntries(Object.entries(told).filter(([key]) => key !== 'source')), 'no "source"'],
    ['tokens beyond the text', maps, { ...told, source: '{"text": "a", "tokens": [{"text": "a", "start": 0, "end": 2}]}' }, 'one token or more, all within the text'],
    ['no tokens, so that heads cost nothing', [{ name: 'encoder.0', shape: [9e15, 0, 0], data: new Float32Array() }], { ...told, source: side() }, 'one token or more'],
    ['more heads than any model has', [map('encoder.0', 5000, 1, 1)], { ...told, source: side('one') }, 'at most 4096 heads'],
    ['no JSON', maps, { ...told, target: '{' }, '"target" of its metadata is {'],
    ['more keys than tokens', [map('encoder.0', 1, 3, 4)], told, 'expected float32 of [head, 3, 3]'],
    ['bytes', [{ name: 'encoder.0', shape: [1, 3, 3], data: new Uint8Array(9) }], told, '"encoder.0" is uint8'],
    ['cross attention to nothing', [map('cross.0', 1, 3, 3)], Object.fromEntries(Object.entries(told).filter(([key]) => key !== 'target')), 'has a tensor "cross.0"'],
    ['another tensor', [map('weight', 1, 3, 3)], told, 'has a tensor "weight"'],
    ['no maps', [], told, 'it has no maps'],
  ])('%s', async (_what, tensors, metadata, message) => {
    const path = await write('bad.trace.safetensors', tensors, metadata);
    await expect(readTracedAttention(path, 'all')).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining(message) });
    await expect(openTensorFile(path)).rejects.toMatchObject({ code: 'broken-model' });
  });

  test('maps that lie over each other, more than the file holds', async () => {
    const header = Object.fromEntries(Array.from({ length: 20 }, (_, layer) => [`encoder.${layer}`, { dtype: 'F32', shape: [16, 3, 3], data_offsets: [0, 576] }]));
    const text = Buffer.from(JSON.stringify({ __metadata__: { ...told, target: undefined }, ...header }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const path = join(folder, 'over.trace.safetensors');
    await writeFile(path, Buffer.concat([length, text, Buffer.alloc(576)]));
    await expect(readTracedAttention(path, 'all')).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('its maps have 11520 bytes together') });
  });
});
