import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { manifestName } from '../checkpoints/manifest.ts';
import { findModel, listModels } from './catalog.ts';

let folder: string;
let bundled: string;
let mine: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalog-'));
  bundled = join(folder, 'bundled');
  mine = join(folder, 'mine');
  await writeRandomCheckpoint(join(bundled, 'en-fr'), { id: 'en-fr' });
  await cp(join(bundled, 'en-fr'), join(mine, 'first'), { recursive: true });
  await mkdir(join(mine, 'broken'));
  await writeFile(join(mine, 'broken', manifestName), '{}');
  await mkdir(join(mine, 'notes'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('lists bundled models by id and others by folder; a broken one is a problem, not the end', async () => {
  const { models, problems } = await listModels([mine, join(folder, 'nowhere')], bundled);
  expect(models.map(({ id, origin }) => [id, origin])).toEqual([
    ['en-fr', 'bundled'],
    [join(mine, 'first'), 'folder'],
  ]);
  expect(models[0]).toMatchObject({ name: 'Random weights', sourceLanguage: 'en', targetLanguage: 'fr', folder: join(bundled, 'en-fr') });
  expect(models[0]?.summary).toContain('24 units');
  expect(problems.map(({ folder: where, failure }) => [where, failure.code])).toEqual([
    [join(mine, 'broken'), 'broken-model'],
    [join(folder, 'nowhere'), 'unknown-model'],
  ]);
});

test('a folder that is a model itself is listed once, however often it is named', async () => {
  const { models } = await listModels([join(mine, 'first'), mine], bundled);
  expect(models.filter(({ origin }) => origin === 'folder')).toHaveLength(1);
});

test('finds by id and by listed folder only', async () => {
  expect(await findModel('en-fr', [], bundled)).toBe(join(bundled, 'en-fr'));
  expect(await findModel(join(mine, 'first'), [mine], bundled)).toBe(join(mine, 'first'));
  await expect(findModel(join(mine, 'first'), [], bundled)).rejects.toMatchObject({ code: 'unknown-model' });
  await expect(findModel(join(mine, 'broken'), [mine], bundled)).rejects.toMatchObject({ code: 'broken-model' });
  await expect(findModel('en-xx', [mine], bundled)).rejects.toThrow(/no model "en-xx"; there are: en-fr, /);
  await expect(findModel('en-fr', [], join(folder, 'nowhere'))).rejects.toThrow(/there is none at all/);
});
