/** A real sshd on this machine, for this user alone, and an ssh that knows it as the host `cluster`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const program = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find(existsSync);

/** Why there can be none; nothing where it can. */
export const sshdMissing = program === undefined || spawnSync('ssh', ['-V']).status !== 0 ? 'There is no sshd; on Debian: apt install openssh-server' : undefined;

export class Sshd {
  private constructor(
    private readonly folder: string,
    private readonly daemon: ChildProcess,
  ) {}

  /** What PATH must begin with so that `ssh` is the one that knows the host. */
  get bin(): string {
    return join(this.folder, 'bin');
  }

  /** @param environment of what is run there */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Sshd> {
    const folder = await mkdtemp(join(tmpdir(), 'ssh-'));
    for (const name of ['host', 'own']) spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    const port = await freePort();
    // sshd wants this folder where it runs as root; it is empty, and Debian's own start makes it.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    await writeFile(join(folder, 'sshd_config'), `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/own.pub
PidFile ${folder}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
${Object.entries(environment).map(([name, value]) => `SetEnv ${name}=${value}`).join('\n')}
# A login that talks before the shell begins.
ForceCommand echo 'Welcome!'; exec sh -c "$SSH_ORIGINAL_COMMAND"
`);
    await writeFile(join(folder, 'config'), `
Host cluster
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  IdentityFile ${folder}/own
  IdentitiesOnly yes
  UserKnownHostsFile ${folder}/known
  StrictHostKeyChecking no
  LogLevel ERROR
`);
    // A user's own config lies where no test may write: ssh is told of another one.
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'ssh'), `#!/bin/sh\nPATH='${process.env['PATH']}'\nexec ssh -F '${folder}/config' "$@"\n`);
    await chmod(join(folder, 'bin', 'ssh'), 0o755);
    const sshd = new Sshd(folder, spawn(program ?? 'sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' }));
    for (let tries = 0; tries < 200; tries++) {
      if (spawnSync(join(sshd.bin, 'ssh'), ['-o', 'BatchMode=yes', 'cluster', 'true']).status === 0) return sshd;
      await setTimeout(100);
    }
    await sshd.stop();
    throw new Error('sshd did not start');
  }

  async stop(): Promise<void> {
    this.daemon.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
