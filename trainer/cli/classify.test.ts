import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomImageClassifier, writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { encodePng } from '../corpora/png.fixture.ts';
import { type Result, run } from './run.fixture.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-classify-'));
  await writeRandomTextClassifier(join(folder, 'text'));
  await writeRandomImageClassifier(join(folder, 'image'));
  await writeFile(join(folder, 'mine.png'), encodePng(new Uint8Array(64).fill(90), 8, 8, 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const classify = (args: readonly string[], input = '', environment: NodeJS.ProcessEnv = {}): Promise<Result> => run(['classify', ...args], input, environment);
const model = (name: string): string[] => ['--model', join(folder, name)];

test('lines in, lines out: the class and its probability; blank ones stay, bad ones are told', async () => {
  const { code, out, error } = await classify([...model('text'), '-'], 'a good film\n\n\u05e9\u05dc\u05d5\u05dd\n');
  const [first, second, third, ...rest] = out.split('\n');
  expect(first).toMatch(/^(good|bad)\t[01]\.\d{4}$/);
  expect([second, third, ...rest]).toEqual(['', '', '']);
  expect(error).toMatch(/line 3: The text is mostly in Hebrew letters/);
  expect(code).toBe(1);
});

test('as JSON, failures too', async () => {
  const { code, out } = await classify([...model('text'), '--json', 'The bad film', ' ']);
  const [first, second] = out.trim().split('\n').map(line => JSON.parse(line));
  expect(first).toMatchObject({ model: 'random-text', source: { text: 'The bad film' } });
  expect(first.attention).toHaveLength(first.source.tokens.length);
  expect(second).toMatchObject({ error: { code: 'empty-text' } });
  expect(code).toBe(1);
});

test('for a person: bars, the shaded text, a picture of the patches', async () => {
  const forPeople = { FORCE_COLOR: '0' };
  const text = await classify([...model('text'), 'The bad film'], '', forPeople);
  expect(text.out).toMatch(/^(good|bad) +\d+\.\d % +█/);
  expect(text.out).toContain('shaded by attention; the word that got most');
  const image = await classify([...model('image'), '--image', join(folder, 'mine.png')], '', forPeople);
  expect(image.out).toMatch(/^(bag|boot|coat) +\d+\.\d % +█/);
  expect(image.out).toContain('the patch that got most');
  expect([text.code, image.code]).toEqual([0, 0]);
});

test('a wrong command line is told with what was expected', async () => {
  const results = await Promise.all([classify(['a text']), classify([...model('text')]), classify([...model('image'), '--image', join(folder, 'none.png')])]);
  expect(results.map(({ code }) => code)).toEqual([2, 2, 1]);
  expect(results[0]?.error).toContain('--model is missing');
  expect(results[1]?.error).toContain('No text was given');
  expect(results[2]?.error).toContain('none.png cannot be read (ENOENT)');
});
