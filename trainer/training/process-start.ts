/** When a process began, so that one that has got the id of another that is gone is not taken for it. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isThere } from '../files/is-there.ts';

/**
 * An opaque text that differs when an id is used anew.
 * @returns undefined where the process is gone, or the system does not tell
 */
export async function startOf(pid: number): Promise<string | undefined> {
  return (await look(pid))?.started;
}

/** Whether a process lives; of one that says when it began, whether it is that one. */
export async function isRunning({ pid, started }: { readonly pid: number; readonly started?: string | undefined }): Promise<boolean> {
  if (!isThere(pid)) return false;
  const found = await look(pid);
  // Where the system does not tell, that there is one must be enough.
  if (found === undefined) return isThere(pid);
  return !found.hasEnded && (started === undefined || started === found.started);
}

interface Seen {
  readonly started: string;
  /** It has ended, and only waits to be asked how. */
  readonly hasEnded: boolean;
}

async function look(pid: number): Promise<Seen | undefined> {
  if (process.platform === 'linux') return lookOnLinux(pid);
  if (process.platform === 'win32') return undefined;
  return lookByPs(pid);
}

/** The state, and the boot with the clock tick of the start: fields 3 and 22 of proc_pid_stat(5). Its second field may hold anything. */
async function lookOnLinux(pid: number): Promise<Seen | undefined> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ]);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const ticks = fields[22 - 3];
  return ticks === undefined ? undefined : { started: `${boot.trim()} ${ticks}`, hasEnded: 'ZXx'.includes(state) };
}

const run = promisify(execFile);

/** POSIX' ps, in words that do not depend on where somebody is. */
async function lookByPs(pid: number): Promise<Seen | undefined> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env, timeout: 5_000 }).catch(() => ({ stdout: '' }));
  const [state, ...started] = stdout.trim().split(/\s+/);
  return state === undefined || started.length === 0 ? undefined : { started: started.join(' '), hasEnded: state.startsWith('Z') };
}
