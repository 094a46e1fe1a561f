import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { jobsCommand } from './jobs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobs-'));
  // A queue that has nothing in it.
  for (const program of ['squeue', 'sacct']) {
    await writeFile(join(folder, program), '#!/bin/sh\n');
    await chmod(join(folder, program), 0o755);
  }
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  await writeFile(join(folder, 'targets.json'), JSON.stringify({ lab: { kind: 'slurm', runs: join(folder, 'runs') } }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function printed(...args: readonly string[]): Promise<string> {
  let out = '';
  const write = (text: unknown, ...rest: readonly unknown[]): boolean => {
    out += String(text);
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(write);
  expect(await jobsCommand.run(['--target', 'lab', '--targets', join(folder, 'targets.json'), ...args])).toBe(0);
  vi.restoreAllMocks();
  return out;
}

test.skipIf(process.platform === 'win32')('where nothing was submitted, that is said; a program is told an empty list', async () => {
  expect(await printed()).toBe('Nothing was submitted to lab.\n');
  expect(await printed('--json')).toBe('[]\n');
  await mkdir(join(folder, 'runs', 'mine'), { recursive: true });
  await writeFile(join(folder, 'runs', 'mine', 'job.json'), JSON.stringify({ format: 'attention-scope-job', formatVersion: 1, target: 'lab', job: '7', submitted: new Date().toISOString() }));
  expect(await printed()).toMatch(/^7\s+mine\s+cancelled\s*$/);
});
