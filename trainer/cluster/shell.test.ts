import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, quote, runShell } from './shell.ts';

const here = { host: undefined };

/** What would do harm, or be read as something else, in a shell. */
const nasty = [
  "it's", '"', '$(touch harm)', '`touch harm`', '; touch harm', '& touch harm &', '| touch harm', '> harm', '\\', "\\'", '!!', '~', '*', '$HOME', '-n', '--', '', ' ', '\t', 'a\nb', '\r\n', '# no', '{a,b}', '漢字 😀', "'''", '%s\\n', '\u001b[2J',
];

test.skipIf(process.platform === 'win32')('every word reaches a program as it is, and none is run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shell-'));
  try {
    const { out, code, error } = await runShell(`cd ${quote(folder)} && ${command([process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...nasty])}`, here);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(JSON.parse(out)).toEqual(nasty);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a null character, which no word can hold, is refused', () => {
  expect(() => quote('a\0b')).toThrow(/null character/);
});

test.skipIf(process.platform === 'win32')('what the script runs cannot read on in the script', async () => {
  expect(await runShell('cat; echo after', here)).toMatchObject({ code: 0, out: 'after\n' });
});

test.skipIf(process.platform === 'win32')('status and standard error are told', async () => {
  expect(await runShell('echo out; echo wrong >&2; exit 3', here)).toEqual({ code: 3, out: 'out\n', error: 'wrong\n' });
});

test.skipIf(process.platform === 'win32')('a script that does not end is ended, and so is one that is not wanted any more', async () => {
  await expect(runShell('sleep 60', { ...here, seconds: 0.2 })).rejects.toMatchObject({ code: 'no-answer', message: expect.stringContaining('did not answer') });
  const controller = new AbortController();
  const asked = runShell('sleep 60', { ...here, signal: controller.signal });
  controller.abort();
  await expect(asked).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
