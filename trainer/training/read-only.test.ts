/** A run's folder that nothing can be written into. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTraining } from './train-command.ts';
import { writeToy } from './training.fixture.ts';

/** Whoever may write everywhere is kept from it only by a file system that may not be written. */
const isRoot = process.getuid?.() === 0;
const canClose = !isRoot || mayMount();

let folder: string;
let closed: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-only-'));
  closed = join(folder, 'closed');
  await mkdir(closed);
  if (isRoot && canClose) mount(closed);
});
afterEach(async () => {
  if (isRoot && canClose) execFileSync('umount', [closed]);
  else await chmod(closed, 0o755);
  await rm(folder, { recursive: true, force: true });
});

function mount(place: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', place]).status === 0;
}

function mayMount(): boolean {
  const tried = mkdtempSync(join(tmpdir(), 'mount-'));
  const mounted = mount(tried);
  if (mounted) execFileSync('umount', [tried]);
  rmdirSync(tried);
  return mounted;
}

async function close(): Promise<void> {
  if (isRoot) execFileSync('mount', ['-o', 'remount,ro', closed]);
  else await chmod(closed, 0o555);
}

test.skipIf(!canClose).each(['a new run', 'one that is resumed'])('%s is refused before its corpus is read', async name => {
  const config = await writeToy(folder);
  const resume = name !== 'a new run';
  const runDirectory = resume ? closed : join(closed, 'run');
  if (resume) for (const part of ['checkpoints', 'probes']) await mkdir(join(closed, part));
  await close();
  const lines: string[] = [];
  const started = runTraining({ config, runDirectory, resume, signal: new AbortController().signal, print: line => void lines.push(line) });
  const message = expect.stringMatching(/^Cannot write .*closed.* \((EROFS|EACCES)\): expected a folder that exists and may be written to\.$/);
  await expect(started).rejects.toMatchObject({ code: 'no-such-file', message });
  expect(lines).toEqual([]);
});
