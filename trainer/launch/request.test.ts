import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newRequest, readRequest, takeRequest, writeRequest } from './request.ts';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'request-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(run, { recursive: true, force: true });
});

const asked = { origin: join(tmpdir(), 'toy.json'), resume: false, runtime: undefined };

test('it is read as it was written, and taken once, however many try', async () => {
  const request = newRequest(asked);
  await writeRequest(run, request);
  expect(await readRequest(run)).toEqual(request);
  const taken = await Promise.all(Array.from({ length: 8 }, () => takeRequest(run, request.id)));
  expect(taken.filter(isTaken => isTaken)).toHaveLength(1);
  expect(await readdir(run)).toEqual([]);
});

test('only the one that is meant is taken', async () => {
  const first = newRequest(asked);
  const second = newRequest({ ...asked, resume: true });
  await writeRequest(run, first);
  await writeRequest(run, second);
  expect(await takeRequest(run, first.id)).toBe(false);
  expect(await readRequest(run)).toEqual(second);
  expect(await takeRequest(run)).toBe(true);
});

test('it remembers what a training heeds of the environment, and nothing else of it', () => {
  vi.stubEnv('ATTENTION_SCOPE_DATA', tmpdir());
  vi.stubEnv('ATTENTION_SCOPE_PROVIDER', 'abacus');
  vi.stubEnv('NODE_OPTIONS', '--require=./evil.cjs');
  expect(newRequest(asked).environment).toEqual({ ATTENTION_SCOPE_DATA: tmpdir() });
});

test('what is no request, or asks for another program, is none', async () => {
  const file = join(run, 'request.json');
  const request = newRequest(asked);
  const wrong = ['', '{"format"', { ...request, config: '../other.json' }, { ...request, runtime: '../../evil' }, { ...request, environment: { ATTENTION_SCOPE_PROVIDER: 'abacus' } }, { ...request, origin: 'toy.json' }];
  for (const content of wrong) {
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    expect(await readRequest(run), await readFile(file, 'utf8')).toBeUndefined();
  }
  await writeFile(file, `${JSON.stringify({ ...request, environment: { NODE_OPTIONS: '--require=./evil.cjs' } })}`);
  expect((await readRequest(run))?.environment).toEqual({});
});
