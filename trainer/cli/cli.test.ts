import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { version } from '../version.ts';
import { type Result, run, start } from './run.fixture.ts';

let folder: string;
let model: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  model = join(folder, 'random');
  await writeRandomCheckpoint(model, { ending: 5, limits: { sourceTokens: 30, targetTokens: 30 } });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const translate = (...args: string[]): Promise<Result> => run(['translate', '--model', model, ...args]);

interface Printed {
  readonly model: string;
  readonly source: { readonly text: string; readonly tokens: readonly { text: string; start: number; end: number }[] };
  readonly target: { readonly text: string; readonly tokens: readonly { text: string; start: number; end: number; logProb: number }[] };
  readonly maps: readonly { kind: string; layer: number; head: number; weights: number[][] }[];
  readonly alignment: readonly { source: [number, number]; target: [number, number]; weight: number }[];
}

describe('translate', () => {
  test('several texts in, one line each out', async () => {
    const { code, out, error } = await translate('We see a cat.', 'A dog at home!');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out.trimEnd().split('\n')).toHaveLength(2);
  }, 300_000);

  test('--json prints the whole trace, offsets into the given text, rows that sum to one', async () => {
    const text = 'We see a cat. A dog 😀 at home costs 4,500 euros!';
    const { code, out } = await translate('--json', '--beam', '3', text);
    expect(code).toBe(0);
    const printed: Printed = JSON.parse(out);
    expect(printed.model).toBe('random');
    expect(printed.source.text).toBe(text);
    expect(printed.target.text).toContain('4,500');
    expect(printed.target.text).toContain('😀');
    for (const side of [printed.source, printed.target]) {
      for (const { text: token, start, end } of side.tokens) {
        expect(start).toBeLessThanOrEqual(end);
        if (end > start && !side.text.slice(start, end).includes('\uFFFD')) expect(token).toBe(side.text.slice(start, end));
      }
    }
    expect(printed.source.tokens.filter(token => token.text === '</s>')).toHaveLength(2);
    expect(printed.target.tokens.filter(token => token.text === '</s>')).toHaveLength(2);
    const [map] = printed.maps;
    expect(map).toMatchObject({ kind: 'cross', layer: 0, head: 0 });
    expect(map?.weights).toHaveLength(printed.target.tokens.length);
    for (const row of map?.weights ?? []) {
      expect(row).toHaveLength(printed.source.tokens.length);
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    }
    for (const { target } of printed.alignment) expect(target[1]).toBeLessThanOrEqual(printed.target.text.length);
  }, 300_000);

  test('lines come out as they go in, blank ones too, and each as soon as it is ready', async () => {
    const child = start(['translate', '--model', model, '-']);
    child.stdout.setEncoding('utf8');
    const next = (): Promise<string> => new Promise(resolve => child.stdout.once('data', resolve));
    child.stdin.write('We see a cat.\n');
    expect(await next()).toMatch(/^.+\n$/);
    child.stdin.write('\n');
    expect(await next()).toBe('\n');
    child.stdin.write('A dog');
    child.stdin.end();
    expect(await next()).toMatch(/^.+\n$/);
    expect(await new Promise(resolve => child.once('close', resolve))).toBe(0);
  }, 300_000);

  test('one bad text is told and does not stop the others', async () => {
    const plain = await run(['translate', '--model', model, '-'], 'We see.\nПривет, как дела?\nA dog.\n');
    expect(plain.code).toBe(1);
    expect(plain.out.split('\n').map(line => line !== '')).toEqual([true, false, true, false]);
    expect(plain.error).toMatch(/^attention-scope: line 2: /);
    const json = await translate('--json', 'We see.', '');
    expect(json.code).toBe(1);
    const [first, second] = json.out.trimEnd().split('\n').map((line): Partial<Printed> & { error?: { code: string } } => JSON.parse(line));
    expect(first?.source?.text).toBe('We see.');
    expect(second?.error?.code).toBe('empty-text');
  }, 300_000);

  test('in a terminal the matrix follows, with and without colour', async () => {
    const coloured = await run(['translate', '--model', model, 'We see a cat.'], '', { FORCE_COLOR: '1' });
    const plain = await run(['translate', '--model', model, 'We see a cat.'], '', { FORCE_COLOR: '0' });
    const escape = String.fromCharCode(27);
    expect(coloured.out).toContain(escape);
    expect(plain.out).not.toContain(escape);
    for (const { out } of [coloured, plain]) expect(out.split('\n').length).toBeGreaterThan(4);
    expect(plain.out).toContain('cat');
  }, 300_000);

  test('files are written, one for each text', async () => {
    const html = join(folder, 'page.html');
    expect(await translate('--html', html, 'We see a cat.')).toMatchObject({ code: 0, error: '' });
    expect(await readFile(html, 'utf8')).toMatch(/^<!doctype html>[^]*cat/i);
    const svg = join(folder, 'map.svg');
    expect(await translate('--svg', svg, 'We see a cat.', 'A dog.')).toMatchObject({ code: 0, error: '' });
    expect(await readFile(svg, 'utf8')).toContain('<svg');
    expect(await readFile(join(folder, 'map-2.svg'), 'utf8')).toContain('dog');
    expect((await readdir(folder)).filter(name => name.startsWith('.'))).toEqual([]);
    const nowhere = await translate('--svg', join(folder, 'nowhere', 'map.svg'), 'We see.');
    expect(nowhere).toMatchObject({ code: 1, error: expect.stringContaining('Cannot write') });
  }, 300_000);

  test('a sentence longer than the model knows is translated with a warning', async () => {
    const { code, out, error } = await translate(`We see ${'the cat and '.repeat(12)}the dog.`);
    expect(code).toBe(0);
    expect(out.trim()).not.toBe('');
    expect(error).toMatch(/at most 30/);
  }, 300_000);

  test('a reader that goes away is no failure', async () => {
    const child = start(['translate', '--model', model, '-']);
    let error = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.on('error', () => undefined);
    for (let line = 0; line < 200; line++) child.stdin.write('We see a cat.\n');
    const code = await new Promise(resolve => child.once('close', resolve));
    expect({ code, error }).toEqual({ code: 0, error: '' });
  }, 300_000);
});

test.each<[readonly string[], RegExp]>([
  [[], /No command was given; there are: translate, .*train, .*export, score, compare, .*inspect, attend, serve/],
  [['constructor'], /no command "constructor"/],
  [['translate'], /No text was given/],
  [['translate', '--wide', 'A cat.'], /--wide/],
  [['translate', '--beam', 'x', 'A cat.'], /--beam is "x"; a whole number from 1 to 32/],
  [['translate', '--json', '--svg', 'x.svg', 'A cat.'], /Only one of/],
  [['serve'], /--stdio/],
  [['train'], /No CONFIG\.json/],
  [['train', 'a.json', 'b.json'], /"b\.json"/],
])('%j is a wrong command line', async (args, message) => {
  const { code, out, error } = await run(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(error).toMatch(message);
  expect(error).toMatch(/See attention-scope .*--help/);
}, 300_000);

test('an unknown model is named, with those there are', async () => {
  const byId = await run(['translate', '--model', 'xx-yy', 'A cat.']);
  expect(byId).toMatchObject({ code: 1, out: '', error: expect.stringContaining('There is no model "xx-yy"') });
  const byFolder = await run(['translate', '--model', join(folder, 'nobody'), 'A cat.']);
  expect(byFolder).toMatchObject({ code: 1, out: '', error: expect.stringContaining(join(folder, 'nobody')) });
}, 300_000);

test('help and version', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('attention-scope train') });
  expect(await run(['translate', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--svg FILE') });
  expect(await run(['--version'])).toMatchObject({ code: 0, out: `${version}\n` });
}, 300_000);
