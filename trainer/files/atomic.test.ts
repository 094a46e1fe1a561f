import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { recoverDirectory, replaceDirectoryAtomically, writeFileAtomically, writeFileSynced } from './atomic.ts';

const atomicModule = fileURLToPath(new URL('./atomic.ts', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A script of its own process, with `atomic` imported and `folder` given. */
function script(body: string): string[] {
  const source = `
    import { join } from 'node:path';
    import { writeFile } from 'node:fs/promises';
    const atomic = await import(${JSON.stringify(atomicModule)});
    const folder = ${JSON.stringify(folder)};
    ${body}`;
  return ['--import', 'tsx', '--input-type=module', '-e', source];
}

test('writes a new file and replaces an old one, leaving nothing aside', async () => {
  const path = join(folder, 'a.json');
  await writeFileAtomically(path, 'old');
  await writeFileAtomically(path, new TextEncoder().encode('new'));
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('a missing folder is named', async () => {
  const path = join(folder, 'missing', 'a.json');
  await expect(writeFileAtomically(path, 'x')).rejects.toMatchObject({ code: 'no-such-file' });
  await expect(writeFileAtomically(path, 'x')).rejects.toThrow(`Cannot write ${path}: there is no folder ${join(folder, 'missing')}.`);
});

test.skipIf(process.platform !== 'linux')('a full device is a failure of its own', async () => {
  await expect(writeFileSynced('/dev/full', 'x')).rejects.toMatchObject({ code: 'disk-full' });
});

test.skipIf(process.platform === 'win32')('running out of room leaves the old file and nothing aside', async () => {
  const path = join(folder, 'weights.bin');
  await writeFile(path, 'old');
  const run = script(`
    try { await atomic.writeFileAtomically(join(folder, 'weights.bin'), new Uint8Array(5_000_000)); }
    catch (error) { process.stdout.write(error.code); }
    try {
      await atomic.replaceDirectoryAtomically(join(folder, 'best'), async aside => {
        await writeFile(join(aside, 'weights.bin'), new Uint8Array(5_000_000));
      });
    } catch (error) { process.stdout.write(' ' + error.code); }`);
  // A limit on file sizes (1,000 blocks of 1,024 bytes) is the one full disk that any user can arrange.
  const quoted = [process.execPath, ...run].map(argument => `'${argument.replaceAll("'", `'\\''`)}'`).join(' ');
  const limited = spawnSync('bash', ['-c', `ulimit -f 1000; exec ${quoted}`], { encoding: 'utf8' });
  expect(limited.stdout + limited.stderr).toBe('disk-full disk-full');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['weights.bin']);
}, 60_000);

test('a folder appears whole, and replaces an older one whole', async () => {
  const path = join(folder, 'checkpoints', '100');
  await replaceDirectoryAtomically(path, async aside => {
    await writeFile(join(aside, 'old.txt'), 'old');
    await mkdir(join(aside, 'deep'));
    await writeFile(join(aside, 'deep', 'er.txt'), 'x');
  });
  expect((await readdir(path)).sort()).toEqual(['deep', 'old.txt']);
  await replaceDirectoryAtomically(path, aside => writeFile(join(aside, 'new.txt'), 'new'));
  expect(await readdir(path)).toEqual(['new.txt']);
  expect(await readdir(join(folder, 'checkpoints'))).toEqual(['100']);
});

test('what the filler throws comes out, and the old folder stays', async () => {
  const path = join(folder, 'best');
  await replaceDirectoryAtomically(path, aside => writeFile(join(aside, 'a'), 'old'));
  const failure = new Failure('internal', 'no', 'no');
  await expect(replaceDirectoryAtomically(path, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await readFile(join(path, 'a'), 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['best']);
});

test('a swap that was cut short is put right by the next reader', async () => {
  const path = join(folder, 'best');
  await mkdir(join(folder, '.best.replaced'));
  await recoverDirectory(path);
  expect(await readdir(folder)).toEqual(['best']);
  await mkdir(join(folder, '.best.replaced'));
  await recoverDirectory(path);
  expect(await readdir(folder)).toEqual(['best']);
});

test('killed at any moment, the file and the folder are whole', async () => {
  const file = join(folder, 'state.txt');
  const directory = join(folder, 'best');
  for (let round = 0; round < 6; round++) {
    const child = spawn(
      process.execPath,
      script(`
        for (let i = 0; ; i++) {
          const letter = String.fromCharCode(97 + (i % 26));
          await atomic.writeFileAtomically(join(folder, 'state.txt'), letter.repeat(200_000));
          await atomic.replaceDirectoryAtomically(join(folder, 'best'), async aside => {
            await writeFile(join(aside, 'a'), letter.repeat(100_000));
            await writeFile(join(aside, 'b'), letter.repeat(100_000));
          });
          if (i === 1) process.stdout.write('going');
        }`),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise(resolve => child.stdout.once('data', resolve));
    await new Promise(resolve => setTimeout(resolve, 3 + round * 7));
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const state = await readFile(file, 'utf8');
    expect(state).toBe(state.charAt(0).repeat(200_000));
    await recoverDirectory(directory);
    const a = await readFile(join(directory, 'a'), 'utf8');
    expect(a).toBe(a.charAt(0).repeat(100_000));
    expect(await readFile(join(directory, 'b'), 'utf8')).toBe(a);
  }
  await writeFileAtomically(file, 'after');
  await replaceDirectoryAtomically(directory, aside => writeFile(join(aside, 'c'), 'after'));
  expect((await readdir(folder)).sort()).toEqual(['best', 'state.txt']);
}, 120_000);
