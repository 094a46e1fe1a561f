import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeRandomCheckpoint } from './checkpoint.fixture.ts';
import { exportBest } from './export.ts';

let folder: string;
let run: string;

const time = '2026-01-01T00:00:00.000Z';
const validation = (step: number, best: boolean): string =>
  `${JSON.stringify({ type: 'validation', step, attempt: 1, time, best })}\n`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  run = join(folder, 'run');
  await writeRandomCheckpoint(join(run, 'checkpoints', '00000010'), { id: 'ten' });
  await writeRandomCheckpoint(join(run, 'checkpoints', '00000030'), { id: 'thirty' });
  // Killed after the validation of step 20 was told and before its checkpoint was there; 30 was worse than 10.
  await writeFile(join(run, 'events.jsonl'), validation(10, true) + validation(20, true) + validation(30, false));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const to = (name: string): string => join(folder, name);
const idOf = async (model: string): Promise<unknown> => JSON.parse(await readFile(join(model, 'attention-model.json'), 'utf8')).id;

test('the best checkpoint that is there becomes the model, in a new folder, an empty one, or in place of a model', async () => {
  await mkdir(to('empty'));
  await writeRandomCheckpoint(to('model'), { id: 'old' });
  await writeFile(join(to('model'), 'README.md'), '# Old\n\n## Make it again\n');
  for (const name of ['new', 'empty', 'model']) {
    expect(await exportBest(run, to(name), 'int8')).toEqual({ step: 10, folder: to(name) });
    expect(await idOf(to(name))).toBe('ten');
  }
  // A card tells of the weights that are gone.
  expect(await readdir(to('model'))).not.toContain('README.md');
});

describe('what a model is not is never replaced', () => {
  const refused = async (target: string, message: RegExp): Promise<void> => {
    const before = await readdir(target, { recursive: true }).catch(() => undefined);
    await expect(exportBest(run, target, 'int8')).rejects.toMatchObject({
      code: 'bad-argument', message: expect.stringMatching(message), hint: expect.stringContaining('does not exist yet'),
    });
    expect(await readdir(target, { recursive: true }).catch(() => undefined)).toEqual(before);
  };

  test('the run, and what the run lies in', async () => {
    await refused(run, /is the run itself/);
    await refused(folder, /holds the run itself/);
  });

  test('a folder of other things', async () => {
    await mkdir(to('models'));
    await writeRandomCheckpoint(join(to('models'), 'one'), { id: 'one' });
    await refused(to('models'), /neither empty nor a model: it holds one/);
  });

  test('a model with a file beside it that is not its own, or a README that somebody wrote', async () => {
    await writeRandomCheckpoint(to('model'), { id: 'old' });
    await writeFile(join(to('model'), 'notes.txt'), 'mine');
    await refused(to('model'), /holds notes\.txt, which is no part of the model/);
    await rm(join(to('model'), 'notes.txt'));
    await writeFile(join(to('model'), 'README.md'), '# My model\n');
    await refused(to('model'), /holds README\.md/);
  });

  test('a file', async () => {
    await writeFile(to('file'), '');
    await refused(to('file'), /no folder that a model can be written to \(ENOTDIR\)/);
  });
});
