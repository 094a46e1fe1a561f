/** The same shell behind a real sshd: what reaches a program there is what was given here, whatever the login says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, runShell } from './shell.ts';
import { Sshd, sshdMissing } from './sshd.fixture.ts';

if (sshdMissing !== undefined) console.log(`Skipped: a shell behind ssh. ${sshdMissing}`);

let sshd: Sshd | undefined;
const path = process.env['PATH'];

describe.skipIf(sshdMissing !== undefined)(`behind ssh${sshdMissing === undefined ? '' : ` (skipped: ${sshdMissing})`}`, () => {
  beforeAll(async () => {
    sshd = await Sshd.start();
    process.env['PATH'] = `${sshd.bin}:${path}`;
  });
  afterAll(async () => {
    process.env['PATH'] = path;
    await sshd?.stop();
  });

  test('every word reaches a program as it is, and what a login prints is passed over', async () => {
    const nasty = ["it's", '$(touch harm)', '; exit 9', '`id`', '\\', '!!', 'a\nb', '漢字', '', '-n'];
    const { code, out } = await runShell(command([process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...nasty]), { host: 'cluster' });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(nasty);
    expect(await runShell('echo wrong >&2; exit 3', { host: 'cluster' })).toMatchObject({ code: 3, out: '', error: expect.stringContaining('wrong') });
  });

  test('a host that cannot be reached is named', async () => {
    await expect(runShell('true', { host: 'absent.invalid' })).rejects.toMatchObject({ code: 'no-answer', message: expect.stringMatching(/absent\.invalid cannot be reached by ssh: .+/) });
  });
});
