import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { versionOf } from './model-version.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attention-scope-version-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a model has another version once a file of it was saved anew, and each path its own', async () => {
  const [one, other] = [join(folder, 'one.onnx'), join(folder, 'hub')];
  await writeFile(one, 'weights');
  await mkdir(join(other, 'onnx'), { recursive: true });
  const before = await Promise.all([one, other].map(versionOf));
  expect(new Set(before).size).toBe(2);
  expect(await Promise.all([one, other].map(versionOf))).toEqual(before);
  await writeFile(one, 'other weights');
  await writeFile(join(other, 'onnx', 'model.onnx'), 'weights');
  const after = await Promise.all([one, other].map(versionOf));
  expect(new Set([...before, ...after]).size).toBe(4);
});
