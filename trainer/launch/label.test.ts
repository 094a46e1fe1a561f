import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labelLimits } from '../../protocol/runs.ts';
import { readLabel } from '../runs/label.ts';
import { labelRun } from './label.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'label-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a name and tags stay until they are given anew, as does what others have put there; an empty name is none', async () => {
  await writeFile(join(folder, 'label.json'), '{"colour": "red"}');
  await labelRun({ folder, name: ' First ', tags: ['a', ' b', 'a', ''] });
  expect(readLabel(folder)).toEqual({ name: 'First', tags: ['a', 'b'] });
  await labelRun({ folder, name: '' });
  expect(JSON.parse(await readFile(join(folder, 'label.json'), 'utf8'))).toEqual({ colour: 'red', tags: ['a', 'b'] });
});

test('the longest label that may be given is read', async () => {
  const name = 'n'.repeat(labelLimits.name);
  const tags = Array.from({ length: labelLimits.tags }, (_, index) => String(index).padEnd(labelLimits.tag, '.'));
  await labelRun({ folder, name, tags });
  expect(readLabel(folder)).toEqual({ name, tags });
});

test('what is no folder, or gone, has none', async () => {
  await writeFile(join(folder, 'log.csv'), '');
  await expect(labelRun({ folder: join(folder, 'log.csv'), name: 'a' })).rejects.toMatchObject({ code: 'bad-argument' });
  await expect(labelRun({ folder: join(folder, 'none'), name: 'a' })).rejects.toMatchObject({ code: 'no-such-file' });
});
