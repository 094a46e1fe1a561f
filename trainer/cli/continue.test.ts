import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomLanguageModel } from '../checkpoints/language-model.fixture.ts';
import { productRoot } from '../files/root.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continue-'));
  await writeRandomLanguageModel(join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

async function run(...args: string[]): Promise<Result> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(productRoot, 'trainer', 'main.ts'), ...args], { cwd: productRoot });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  child.stdin.end();
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, out, error };
}

test('continues, the same for the same seed, and prints the whole trace', async () => {
  const model = join(folder, 'model');
  const drawn = await run('continue', '--model', model, '--json', '--temperature', '1', '--seed', '7', '--length', '6', 'I want t');
  expect(drawn).toMatchObject({ code: 0, error: '' });
  const { source, target, maps } = JSON.parse(drawn.out) as {
    source: { text: string; tokens: object[] };
    target: { tokens: object[] };
    maps: { kind: string; layer: number; head: string; weights: number[][] }[];
  };
  expect(source.text).toBe('I want t');
  expect(maps[0]).toMatchObject({ kind: 'decoder', layer: 0, head: 'mean' });
  expect(maps[0]?.weights.map(row => row.length)).toEqual(target.tokens.map(() => source.tokens.length));
  expect((await run('continue', '--model', model, '--json', '--temperature', '1', '--seed', '7', '--length', '6', 'I want t')).out).toBe(drawn.out);
}, 300_000);

test.each<[readonly string[], RegExp]>([
  [['continue', 'A cat'], /--model is missing/],
  [['reply', 'A cat'], /--model is missing/],
  [['continue', '--model', 'x'], /No text was given/],
  [['continue', '--model', 'x', '--length', '0', 'A cat'], /--length is "0"; a whole number from 1 to 1000/],
  [['continue', '--model', 'x', '--temperature', '-1', 'A cat'], /--temperature/],
  [['continue', '--model', 'x', '--top-p', '', 'A cat'], /--top-p is ""; a number over 0, at most 1/],
  [['continue', '--model', 'x', '--seed', '1.5', 'A cat'], /--seed is "1.5"; a whole number/],
])('%j is a wrong command line', async (args, message) => {
  expect(await run(...args)).toMatchObject({ code: 2, out: '', error: expect.stringMatching(message) });
}, 300_000);
