import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePng } from '../corpora/png.fixture.ts';
import { writeFolder } from '../foreign/folders.fixture.ts';
import { openTensorFile } from '../formats/open.ts';
import type { TensorEntry, TensorFile } from '../formats/tensor-file.ts';
import { bundledFolder } from '../models/catalog.ts';
import { floats, integers, modelBytes } from '../onnx/model.fixture.ts';
import { run } from './run.fixture.ts';

let folder: string;

async function readAll(file: TensorFile, tensor: TensorEntry): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of file.read(tensor)) parts.push(part);
  return Buffer.concat(parts);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-attend-'));
  await writeFolder(join(folder, 'bert'), 'distilbert-classifier');
  await writeFolder(join(folder, 't5'), 't5', { end: 1, generation: { eos_token_id: 1 } });
  await writeFolder(join(folder, 'gpt2'), 'gpt2', { generation: { eos_token_id: 39 } });
  await writeFolder(join(folder, 'vit'), 'vit');
  await writeFile(join(folder, 'mine.png'), encodePng(Uint8Array.from({ length: 54 }, (_, index) => index * 4), 9, 6, 1));
  // softmax(x xᵀ) x
  await writeFile(join(folder, 'plain.onnx'), modelBytes({
    graph: {
      name: 'plain',
      inputs: [{ name: 'x', dtype: 'float32', shape: [1, 'length', 2] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [1, 'length', 2] }],
      nodes: [
        { operator: 'MatMul', inputs: ['x', 'w'], outputs: ['q'] },
        { operator: 'MatMul', inputs: ['x', 'w'], outputs: ['k'] },
        { operator: 'Transpose', inputs: ['k'], outputs: ['kt'], attributes: { perm: [0, 2, 1] } },
        { operator: 'MatMul', inputs: ['q', 'kt'], outputs: ['s'] },
        { operator: 'Softmax', inputs: ['s'], outputs: ['p'], attributes: { axis: -1 } },
        { operator: 'MatMul', inputs: ['p', 'x'], outputs: ['y'] },
      ],
      initializers: [floats('w', [1, 0, 0, 1], [2, 2]), integers('unused', [1])],
    },
  }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

interface Printed {
  readonly source: { readonly tokens: readonly { readonly text: string; readonly start: number; readonly end: number }[] };
  readonly target?: { readonly tokens: readonly { readonly text: string }[] };
  readonly read?: { readonly tokens: readonly { readonly text: string }[] };
  readonly maps: readonly { readonly kind: string; readonly layer: number; readonly head: number | string; readonly queries: string; readonly keys: string; readonly weights: number[][] }[];
}

test('every map of a text as JSON, or one', async () => {
  const { code, out, error } = await run(['attend', at('bert'), '--text', 'w3 w8 w5', '--json']);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  const { source, maps }: Printed = JSON.parse(out);
  expect(source.tokens).toEqual(['w3', 'w8', 'w5'].map((text, index) => ({ text, start: 3 * index, end: 3 * index + 2 })));
  expect(maps.map(({ kind, layer, head }) => `${kind}:${layer}:${head}`)).toEqual([0, 1].flatMap(layer => [0, 1, 2, 3].map(head => `encoder:${layer}:${head}`)));
  for (const { weights } of maps) for (const row of weights) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
  const one: Printed = JSON.parse((await run(['attend', at('bert'), '--text', '-', '--map', 'encoder:1:2', '--json'], 'w3 w8 w5\n')).out);
  expect(one.maps).toEqual(maps.filter(({ layer, head }) => layer === 1 && head === 2));
}, 300_000);

test('every map of a model that was trained here: what it read while it wrote is told apart from what it wrote', async () => {
  const { out, error } = await run(['attend', join(bundledFolder, 'de-en'), '--text', 'Der Hund schläft.', '--json']);
  expect(error).toBe('');
  const { target, read, maps }: Printed = JSON.parse(out);
  const texts = (side: Printed['target']) => side?.tokens.map(({ text }) => text);
  expect(texts(read)).toEqual(['<s>', ...(texts(target) ?? []).slice(0, -1)]);
  const sides = new Map(maps.map(({ kind, queries, keys }) => [kind, [queries, keys]]));
  expect(Object.fromEntries(sides)).toEqual({ encoder: ['source', 'source'], decoder: ['read', 'read'], cross: ['target', 'source'] });
  expect(maps).toHaveLength(3 * 3 * 4);
  const drawn = await run(['attend', join(bundledFolder, 'sentiment'), '--text', 'A good film.']);
  expect(drawn.out).toMatch(/^pooling, layer 0, head 0$/m);
}, 300_000);

test('as safetensors, with the tokens beside', async () => {
  const file = at('maps.safetensors');
  expect(await run(['attend', at('t5'), '--text', 'w4 w9', '--safetensors', file])).toMatchObject({ code: 0 });
  const tensors = await openTensorFile(file);
  const names = tensors.tensors.map(({ name, shape }) => [name, shape.length, shape[0]]);
  expect(names).toEqual(['encoder.0', 'encoder.1', 'decoder.0', 'decoder.1', 'cross.0', 'cross.1'].map(name => [name, 3, 4]));
  const facts = new Map(tensors.facts.map(({ label, value }) => [label, value]));
  expect(JSON.parse(facts.get('source') ?? '').tokens.map((token: { text: string }) => token.text)).toEqual(['w4', 'w9', 'w1']);
  expect(JSON.parse(facts.get('sides') ?? '')['cross.0']).toEqual({ queries: 'target', keys: 'source' });
  await tensors.close();
}, 300_000);

test('as bytes, a quarter of the size and off by half a step at most', async () => {
  const [exact, inBytes] = [at('exact.safetensors'), at('bytes.safetensors')];
  for (const args of [[exact], [inBytes, '--eight-bit']]) {
    expect(await run(['attend', at('t5'), '--text', 'w4 w9', '--safetensors', ...args])).toMatchObject({ code: 0 });
  }
  const [one, other] = [await openTensorFile(exact), await openTensorFile(inBytes)];
  expect(other.tensors.map(({ name, dtype, bytes }) => [name, dtype, bytes * 4])).toEqual(one.tensors.map(({ name, bytes }) => [name, 'uint8', bytes]));
  expect(new Map(other.facts.map(({ label, value }) => [label, Number(value)])).get('scale')).toBeCloseTo(1 / 255, 10);
  for (const [index, tensor] of one.tensors.entries()) {
    const stored = await readAll(other, other.tensors[index] ?? tensor);
    const weights = await readAll(one, tensor);
    expect(stored.length).toBeGreaterThan(0);
    stored.forEach((step, place) => expect(Math.abs(step / 255 - weights.readFloatLE(4 * place))).toBeLessThanOrEqual(0.5 / 255 + 1e-6));
  }
  await Promise.all([one.close(), other.close()]);
  expect(await run(['attend', at('t5'), '--text', 'w4', '--eight-bit'])).toMatchObject({ code: 2 });
}, 300_000);

test('as a page, that loads nothing', async () => {
  for (const [args, wanted] of [[['t5', '--text', 'w4 </script> w9'], /<span>w4<\/span>/], [['vit', '--image', at('mine.png')], /<img alt="The image that was given" src="data:image\/png;base64,/]] as const) {
    const file = at('page.html');
    expect(await run(['attend', at(args[0]), ...args.slice(1), '--html', file])).toMatchObject({ code: 0 });
    const page = await readFile(file, 'utf8');
    expect(page).toMatch(wanted);
    expect(page).toMatch(/default-src 'none'/);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toMatch(/https?:/);
  }
}, 300_000);

test('one map as it is read, in numbers and drawn, of the models of others and of ours', async () => {
  const results = await Promise.all([
    run(['attend', at('bert'), '--text', 'w3 w8 w5', '--map', 'encoder:1:2', '--reading', 'by-column,top=1', '--export', at('map.csv')]),
    run(['attend', at('bert'), '--text', '-', '--map', 'encoder:1', '--lines', '0,3', '--export', at('lines.svg')], 'w3 w8 w5'),
    run(['attend', at('bert'), '--text', 'w3 w8 w5', '--map', 'encoder:1', '--lines', 'all', '--export', at('lines.png')]),
    run(['attend', at('vit'), '--image', at('mine.png'), '--export', at('page.html')]),
    run(['attend', join(bundledFolder, 'de-en'), '--text', 'Der Hund schläft. Er träumt.', '--export', at('links.pharaoh')]),
    run(['attend', join(bundledFolder, 'sentiment'), '--text', 'A wonderful film', '--export', at('plain.csv')]),
    run(['attend', join(bundledFolder, 'sentiment'), '--text', 'A wonderful film', '--reading', 'value-weighted', '--export', at('weighed.csv')]),
    run(['attend', at('plain.onnx'), '--input', '{"x": [[[3, 4], [0, 1]]]}', '--reading', 'value-weighted', '--export', at('weighed-numbers.csv')]),
  ]);
  expect(results.map(({ code, out }) => [code, out])).toEqual(results.map(() => [0, '']));
  const csv = (await readFile(at('map.csv'), 'utf8')).split('\r\n').map(line => line.split(','));
  expect(csv[0]).toEqual(['', 'w3', 'w8', 'w5']);
  for (const row of csv.slice(1, 4)) expect(row.slice(1).filter(weight => weight !== '0')).toHaveLength(1);
  const [plain, weighed, weighedNumbers] = await Promise.all(['plain', 'weighed', 'weighed-numbers'].map(async name => (await readFile(at(`${name}.csv`), 'utf8')).split('\r\n')[1]?.split(',').slice(1).map(Number)));
  expect(weighed).toHaveLength(plain?.length ?? -1);
  expect(weighed).not.toEqual(plain);
  // softmax(25, 4) over values of the lengths 5 and 1.
  expect([weighedNumbers?.[0], weighedNumbers?.[1]]).toEqual([expect.closeTo(5, 4), expect.closeTo(0, 4)]);
  expect(await readFile(at('lines.svg'), 'utf8')).toMatch(/<title id="title">bert · Encoder: layer 2<\/title>/);
  const { width, height, channels } = decode(await readFile(at('lines.png')));
  expect([width > 400, height > 100, channels]).toEqual([true, true, 3]);
  expect(await readFile(at('page.html'), 'utf8')).toContain('src="data:image/png;base64,');
  expect(await readFile(at('links.pharaoh'), 'utf8')).toMatch(/^(\d+-\d+ ?)+\n(\d+-\d+ ?)+\n$/);
}, 300_000);

test('in the terminal the first map is drawn, and the others are named', async () => {
  const { code, out } = await run(['attend', at('gpt2'), '--text', 'w3 w8 w5']);
  expect(code).toBe(0);
  expect(out).toMatch(/decoder attention, layer 0, mean of 4 heads/);
  expect(out).toMatch(/w3 +w8 +w5/);
  expect(out).toMatch(/More with --map: decoder:1/);
}, 300_000);

test('numbers, in JSON and in files', async () => {
  const x = { x: [[[1, 0], [0, 1], [1, 1]]] };
  const given = await run(['attend', at('plain.onnx'), '--input', JSON.stringify(x), '--json']);
  expect(given).toMatchObject({ code: 0 });
  const { maps }: Printed = JSON.parse(given.out);
  expect(maps[0]?.weights[0]?.[0]).toBeCloseTo(Math.E / (2 * Math.E + 1), 5);
  // In float32 its products have no end, and a softmax over them is no number.
  const vast = await run(['attend', at('plain.onnx'), '--input', '{"x": [[[1e30, 0], [0, 1]]]}', '--json']);
  const finite = ({ maps: [map] }: Printed): unknown => map?.weights.map(row => row.map(weight => Number.isFinite(weight)));
  expect(finite(JSON.parse(vast.out))).toEqual([[true, true], [true, true]]);
  expect(vast.error).toContain('0 stands for them: “Encoder: layer 1” (encoder:0).');
  await writeFile(at('input.json'), JSON.stringify(x));
  expect((await run(['attend', at('plain.onnx'), '--input', at('input.json'), '--json'])).out).toBe(given.out);
}, 300_000);

test.each<[readonly string[], number, RegExp]>([
  [['attend'], 2, /One FILE is expected/],
  [['attend', 'x'], 2, /One of --text, --input and --image is expected/],
  [['attend', 'x', '--text', 'a', '--image', 'b'], 2, /One of --text/],
  [['attend', 'x', '--text', 'a', '--json', '--html', 'b'], 2, /Only one of/],
  [['attend', 'x', '--text', 'a', '--map', 'self:0:1'], 2, /--map is "self:0:1"; KIND:LAYER:HEAD with a KIND of encoder, decoder, cross/],
  [['attend', 'x', '--text', 'a', '--export', 'map.gif'], 2, /--export is "map\.gif"; a name that ends in \.svg, \.pdf/],
  [['attend', 'x', '--text', 'a', '--lines', 'all', '--export', 'map.csv'], 2, /--lines says how SVG, PDF and PNG are drawn; --export writes csv/],
  [['attend', 'x', '--text', 'a', '--scale', 'log', '--export', 'map.svg'], 2, /--scale is "log"; one of auto, linear, root, clipped was expected/],
  [['attend', 'x', '--text', 'a', '--scale', 'root', '--export', 'map.csv'], 2, /--scale says how the matrix is drawn/],
  [['attend', 'nothing-here', '--text', 'a'], 1, /no file or folder .*nothing-here/],
  [['inspect'], 2, /One FILE is expected/],
  [['inspect', 'nothing-here'], 1, /nothing-here/],
])('%j is told what is wrong', async (args, code, message) => {
  expect(await run(args)).toMatchObject({ code, out: '', error: expect.stringMatching(message) });
}, 300_000);

test('what a model does not take, and maps that it has not, are told', async () => {
  const results = await Promise.all([
    run(['attend', at('vit'), '--text', 'a']),
    run(['attend', at('bert'), '--text', 'w3', '--map', 'cross:0:1']),
    run(['attend', at('bert'), '--text', 'w3', '--map', 'encoder:0:9', '--json']),
    run(['attend', at('plain.onnx'), '--input', '{"x": [1]}']),
  ]);
  expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  expect(results[0]?.error).toMatch(/does not take texts; it takes an image \(--image\)/);
  expect(results[1]?.error).toMatch(/no “Decoder, over the source: layer 1” \(cross:0\); it has .*\(encoder:0, encoder:1/);
  expect(results[2]?.error).toMatch(/no “Encoder: layer 1, head 10” \(encoder:0:9\); that layer has 4 heads, encoder:0:0 to encoder:0:3/);
  expect(results[3]?.error).toMatch(/The input "x" is float32 \[1\]; "x": float32 \[1, length, 2\] was expected/);
}, 300_000);

test('inspect says what it is, for people and as JSON', async () => {
  const { code, out } = await run(['inspect', at('gpt2')]);
  expect(code).toBe(0);
  expect(out).toMatch(/Architecture +GPT2LMHeadModel/);
  expect(out).toMatch(/past_key_values\.\{?0/);
  expect(out).toMatch(/decoder\.0 +4 heads +Softmax/);
  expect(out).toMatch(/It can be asked for: language-modelling, attention/);
  const json = JSON.parse((await run(['inspect', at('plain.onnx'), '--json'])).out);
  expect(json).toMatchObject({ format: 'ONNX', taps: [{ name: 'encoder.0', layer: 0, kind: 'encoder', operator: 'Softmax' }], parameters: [{ dtype: 'float32', elements: 4 }, { dtype: 'int64' }] });
}, 300_000);

test('translate, continue and classify take the models of others', async () => {
  const [translated, continued, classified] = await Promise.all([
    run(['translate', '--model', at('t5'), '--json', 'w4 w9']),
    run(['continue', '--model', at('gpt2'), '--length', '3', 'w3 w8']),
    run(['classify', '--model', at('bert'), 'w3 w8']),
  ]);
  expect([translated.code, continued.code, classified.code]).toEqual([0, 0, 0]);
  expect(JSON.parse(translated.out).maps[0]).toMatchObject({ kind: 'cross', layer: 0, head: 'mean' });
  expect(continued.out.trim()).toMatch(/^w\d+ w\d+ w\d+$/);
  expect(classified.out).toMatch(/^LABEL_\d\t[01]\.\d{4}\n$/);
  const wrong = await run(['translate', '--model', at('gpt2'), 'w3']);
  expect(wrong).toMatchObject({ code: 2, out: '', error: expect.stringMatching(/is for language-modelling; one for translation was expected/) });
}, 300_000);
