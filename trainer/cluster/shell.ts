/**
 * A POSIX shell where a target's commands run: on this machine, or behind ssh. The script goes in through standard input,
 * so that no other shell, such as the one a user logs in with, ever reads a word of it; within it every word that is not
 * ours is quoted by `quote`.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';

export interface ShellOptions {
  /** As the user's own ssh config calls it; left out, this machine. */
  readonly host: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long the script may take; a minute where this is left out. */
  readonly seconds?: number;
}

export interface Answer {
  /** The exit status. */
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** One word of a POSIX shell. @throws Failure `bad-argument` for the one character that none can hold */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Failure('bad-argument', `"${word.replaceAll('\0', '\\0').slice(0, 80)}" holds a null character.`, 'Give it another name.');
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export const command = (words: readonly string[]): string => words.map(quote).join(' ');

/** The most that is read of what a script prints, in characters. */
const mostOutput = 64_000_000;

/** @throws Failure `no-answer` where there is none; AbortError */
export async function runShell(script: string, { host, signal, seconds = 60 }: ShellOptions): Promise<Answer> {
  signal?.throwIfAborted();
  const mark = randomUUID();
  const [program, ...args] = host === undefined ? ['sh', '-s'] : ['ssh', ...sshOptions(), '--', host, 'sh -s'];
  const child = spawn(program ?? 'sh', args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment(), windowsHide: true });
  const where = host ?? 'this machine';
  let out = '';
  let error = '';
  let isTooLong = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    isTooLong ||= out.length + text.length > mostOutput;
    if (isTooLong) child.kill('SIGKILL');
    else out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error = `${error}${text}`.slice(-100_000)));
  // Who ends early reads no more.
  child.stdin.on('error', () => undefined);
  // The whole group is read before any of it runs, and what it runs cannot read on in the script.
  child.stdin.end(`{\nLC_ALL=C; export LC_ALL\nprintf '\\n%s\\n' ${mark}\n${script}\n} </dev/null\n`);
  const stop = (): void => void child.kill('SIGKILL');
  const clock = setTimeout(stop, seconds * 1000);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      // What it started may still hold the pipes: what a killed one left running, a connection that ssh keeps for the next.
      child.once('exit', (_code, by) => setTimeout(() => [child.stdout, child.stderr].forEach(pipe => pipe.destroy()), by === null ? 2_000 : 0).unref());
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    if (isTooLong) throw lost(`What ${where} printed is longer than ${mostOutput.toLocaleString('en')} characters.`);
    if (code === null) throw lost(`${where} did not answer within ${seconds} seconds.`);
    // What a login prints before is not ours.
    const begun = out.indexOf(`\n${mark}\n`);
    if (begun < 0) throw lost(`${where} cannot be reached by ssh: ${lastLines(error) || `it ended with ${code}`}.`);
    return { code, out: out.slice(begun + mark.length + 2), error };
  } catch (thrown) {
    if (thrown instanceof Failure || errnoOf(thrown) === undefined) throw thrown;
    throw lost(`${program} cannot be started (${errnoOf(thrown)}).`, thrown);
  } finally {
    clearTimeout(clock);
    signal?.removeEventListener('abort', stop);
  }
}

/** Nobody is asked for a password where nobody sits at a terminal. */
function sshOptions(): string[] {
  return ['-T', '-o', 'ConnectTimeout=15', ...(process.stdin.isTTY ? [] : ['-o', 'BatchMode=yes'])];
}

/** sbatch hands the environment on to the job: what is this process' own stays here. */
function environment(): NodeJS.ProcessEnv {
  const own = /^(ATTENTION_SCOPE_|VSCODE_|ELECTRON_|MALLOC_|GLIBC_TUNABLES$|NODE_OPTIONS$|NODE_CHANNEL)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** The end of what a program said, in one line. */
export const lastLines = (text: string): string => text.trim().split('\n').slice(-3).map(line => line.trim()).join(' ').slice(-500);

function lost(message: string, cause?: unknown): Failure {
  return new Failure('no-answer', message, 'Check that "ssh HOST sbatch --version" works there without a question, then try again.', { cause });
}
