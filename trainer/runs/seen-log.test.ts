import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SeenLog } from './seen-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seen-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

test('a log is seen to grow among hundreds of other files, whose changes say nothing', async () => {
  for (let file = 0; file < 250; file++) writeFileSync(join(folder, `a-${file}.bin`), '');
  mkdirSync(join(folder, 'checkpoints'));
  for (let file = 0; file < 250; file++) writeFileSync(join(folder, 'checkpoints', `${file}.bin`), '');
  const log = join(folder, 'metrics.csv');
  writeFileSync(log, 'step,loss\n1,3\n');
  const old = new Date(Date.now() - 600_000);
  utimesSync(log, old, old);
  const seen = new SeenLog(folder, undefined);
  expect(await seen.look(signal)).toMatchObject({ step: 1, loss: 3, state: 'finished' });

  appendFileSync(join(folder, 'a-7.bin'), 'x');
  appendFileSync(join(folder, 'checkpoints', '7.bin'), 'x');
  expect(await seen.isUnchanged()).toBe(true);
  appendFileSync(log, '2,2.5\n');
  expect(await seen.isUnchanged()).toBe(false);
  expect(await seen.look(signal)).toMatchObject({ step: 2, loss: 2.5, state: 'running' });
});

test('a Trainer that tells its state with its checkpoints alone is known to run by its events', async () => {
  const fixtures = fileURLToPath(new URL('logs/fixtures', import.meta.url));
  cpSync(join(fixtures, 'trainer', 'checkpoint-4'), join(folder, 'checkpoint-4'), { recursive: true });
  const old = new Date(Date.now() - 600_000);
  utimesSync(join(folder, 'checkpoint-4', 'trainer_state.json'), old, old);
  const seen = new SeenLog(folder, undefined);
  expect(await seen.look(signal)).toMatchObject({ format: 'trainer-state', step: 4, state: 'finished' });
  mkdirSync(join(folder, 'runs', 'Nov28'), { recursive: true });
  writeFileSync(join(folder, 'runs', 'Nov28', 'events.out.tfevents.1.host'), '');
  expect(await seen.isUnchanged()).toBe(false);
  expect(await seen.look(signal)).toMatchObject({ step: 4, state: 'running' });
});
