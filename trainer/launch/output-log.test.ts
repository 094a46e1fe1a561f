import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptOfLog, lastOf, printerInto } from './output-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a log keeps its newest lines, whole and in order, and never grows beyond twice what is kept', async () => {
  const file = join(folder, 'output.log');
  await writeFile(file, 'of an earlier attempt\n');
  const log = openSync(file, 'a');
  try {
    const print = printerInto(file, line => void writeSync(log, `${line}\n`));
    const lines = 60_000;
    for (let line = 0; line < lines; line++) {
      print(`line ${line} ${'x'.repeat(60)}`);
      if (line % 1000 === 0) expect(statSync(file).size).toBeLessThan(2 * keptOfLog + 100);
    }
    const kept = readFileSync(file, 'utf8').trimEnd().split('\n').map(line => Number(/^line (\d+) x{60}$/.exec(line)?.[1]));
    expect(kept.at(-1)).toBe(lines - 1);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => lines - kept.length + index));
    expect(statSync(file).size).toBeGreaterThan(0.9 * keptOfLog);
    expect(lastOf(file, 20)).toHaveLength(20);
  } finally {
    closeSync(log);
  }
});

test('there need be no log', () => {
  expect(lastOf(join(folder, 'none.log'), 100)).toBe('');
});
