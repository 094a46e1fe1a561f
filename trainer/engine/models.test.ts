import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { writeFolder } from '../foreign/folders.fixture.ts';
import { LoadedModel } from './models.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  await writeFolder(join(folder, 'bert'), 'distilbert-classifier');
  await writeRandomTextClassifier(join(folder, 'ours'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a model is loaded once, whatever it is asked, and anew when it was saved anew', async () => {
  let loads = 0;
  const options = { onLoading: () => void loads++, whenLarge: { do: 'refuse' } } as const;
  const loaded = new LoadedModel(1);
  const [bert, ours] = [join(folder, 'bert'), join(folder, 'ours')];
  await (await loaded.get('textClassifier', bert, options)).classify({ text: 'w3' });
  await (await loaded.get('inspector', bert, options)).inspect({ text: 'w3', languageId: 'plaintext', beam: 1 });
  expect(loads).toBe(1);
  const pass = await (await loaded.get('inspector', ours, options)).inspect({ text: 'A good film', languageId: 'plaintext', beam: 1 });
  expect(pass.model).toBe('random-text');
  expect(pass.layers).toContainEqual(expect.objectContaining({ kind: 'encoder', layer: 0, heads: 2 }));
  expect(loads).toBe(2);
  await loaded.get('inspector', bert, options);
  await writeFile(join(bert, 'generation_config.json'), '{}');
  await loaded.get('inspector', bert, options);
  expect(loads).toBe(4);
  await expect(loaded.get('translator', bert, options)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringMatching(/is for classification; one for translation was expected/) });
  await expect(loaded.get('translator', ours, options)).rejects.toMatchObject({ message: 'The model random-text is for classification; one for translation was expected.' });
  await expect(loaded.get('translator', join(folder, 'none'), options)).rejects.toMatchObject({ code: 'unknown-model' });
}, 120_000);
