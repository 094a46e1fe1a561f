import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunSummary } from '../../protocol/runs.ts';
import { listRuns } from './list-runs.ts';

const fixtures = fileURLToPath(new URL('logs/fixtures', import.meta.url));
const table = 'step,loss\n1,3\n2,2\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-runs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const copy = (fixture: string, to: string): void => cpSync(join(fixtures, fixture), join(folder, to), { recursive: true });

/** What is found: where in the folder, what it is called and grouped by, and whose it is. */
async function found(root = '.'): Promise<string[]> {
  const told = ({ folder: path, name, experiment, format }: RunSummary): string => `${relative(folder, path) || '.'}: ${experiment}/${name}, ${format}`;
  return (await listRuns(join(folder, root))).map(told).toSorted();
}

test('a folder that is itself a log is found, once', async () => {
  copy('keras', 'logs/keras');
  copy('keras/train', 'logs/plain');
  copy('trainer', 'logs/trainer');
  expect(await found('logs/keras')).toEqual(['logs/keras: logs/keras, tensorboard']);
  expect(await found('logs/plain')).toEqual(['logs/plain: logs/plain, tensorboard']);
  expect(await found('logs/trainer')).toEqual(['logs/trainer: logs/trainer, trainer-state']);
});

test('a folder with a table is named after the folder; what else lies in it is found too', async () => {
  put('csv/metrics.csv', table);
  put('csv/other.csv', table);
  put('csv/metrics.jsonl', '{"step": 1, "loss": 2}\n');
  put('csv/later/run.json', '{}');
  put('alone.csv', table);
  expect(await found()).toEqual([
    expect.stringMatching(/^alone\.csv: find-runs-\w+\/alone\.csv, csv$/),
    'csv/later: csv/later, attention-scope',
    'csv/other.csv: csv/other.csv, csv',
    expect.stringMatching(/^csv: find-runs-\w+\/csv, csv$/),
  ]);
});

test('a log does not hide the runs below it', async () => {
  copy('keras/train', '.');
  copy('keras/train', 'second');
  // A part of the first by its name, and no run of its own.
  copy('keras/validation', 'eval');
  put('test/mine/run.json', '{}');
  expect(await found()).toEqual([expect.stringMatching(/^\.: .+, tensorboard$/), expect.stringMatching(/^second: .+, tensorboard$/), 'test/mine: test/mine, attention-scope']);
});
