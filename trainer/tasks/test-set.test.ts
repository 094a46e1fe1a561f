import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { checkTestSet, saveScores } from './test-set.ts';

test('an empty test set is refused, with what to do', () => {
  expect(() => checkTestSet(0)).toThrow('The test set is empty');
  checkTestSet(1);
});

test('a score that is no number is not saved: the model could not be opened again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scores-'));
  try {
    const manifest = await writeRandomCheckpoint(folder);
    const card = { about: '', examples: 'pairs', notes: [], scored: '', limits: '', scores: [], origin: undefined, files: [], config: 'toy.json', folder };
    for (const perplexity of [Number.NaN, Infinity]) {
      await expect(saveScores(folder, manifest, { perplexity }, card)).rejects.toMatchObject({
        code: 'broken-model',
        message: `The score perplexity of the model random is ${perplexity}; a number was expected, and nothing was saved.`,
      });
    }
    expect(await readdir(folder)).not.toContain('README.md');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
