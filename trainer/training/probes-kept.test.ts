import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isProbeKept } from './probes-kept.ts';
import { RunDirectory } from './run-directory.ts';
import type { RunRecord } from './run-record.ts';

const validateEvery = 10;

/** What is left of the probes of a run that has come to a step, each validation having thinned them. */
function left(steps: readonly number[], kept: readonly number[] = []): number[] {
  return steps.reduce<number[]>((before, step) => [...before.filter(probe => probe !== step), step].filter(probe => isProbeKept(probe, { step, validateEvery })), [...kept]);
}

const validations = (count: number): number[] => Array.from({ length: count }, (_, index) => validateEvery * (index + 1));

test('all are kept of a run that is not long, those of its end too', () => {
  const steps = [...validations(499), 4993, 4994];
  expect(left(steps)).toEqual(steps);
});

test('of a long one at most 500, evenly spread, and the newest', () => {
  for (const count of [501, 999, 1000, 2001, 5000]) {
    const probes = left(validations(count));
    expect(probes.length).toBeGreaterThanOrEqual(250);
    expect(probes.length).toBeLessThanOrEqual(501);
    expect(probes.at(-1)).toBe(count * validateEvery);
    expect(new Set(probes.slice(0, -2).map((probe, index) => (probes[index + 1] ?? 0) - probe)).size).toBe(1);
  }
});

test('killed and gone on with, it keeps what an unbroken one would', () => {
  const all = validations(1100);
  // Gone through again from an earlier checkpoint, with what had been thinned by then.
  expect(left(all.slice(480), left(all.slice(0, 510)))).toEqual(left(all));
  expect(left(all.slice(995), left(all.slice(0, 1003)))).toEqual(left(all));
});

test('the files of the others go', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'probes-kept-'));
  try {
    for (const name of ['checkpoints', 'probes']) await mkdir(join(folder, name));
    const directory = await RunDirectory.open(folder, { format: 'attention-scope-run', formatVersion: 1, config: {}, dataHash: '', versions: {}, threads: 1, started: '' } as unknown as RunRecord);
    for (const step of [10, 20, 5010, 5020]) await writeFile(directory.probeFile(step), '');
    await writeFile(join(folder, 'probes', 'notes.txt'), '');
    await directory.thinProbes({ step: 5020, validateEvery });
    expect((await readdir(join(folder, 'probes'))).toSorted()).toEqual(['00000020.safetensors', '00005020.safetensors', 'notes.txt']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
