/** Runs a program to its end, with its output both kept and, where asked, shown as it comes. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { endsWithUs, stopTree } from './stop-tree.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each whole line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
  /** After so many milliseconds the program and all it started are ended, and the result is code 124. */
  readonly timeout?: number;
}

export interface RunResult {
  /** The exit status; 124 after a time-out, 127 where the program could not be started. */
  readonly code: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  readonly stdout: string;
}

export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise(resolve => {
    // npm and code are batch files there, which only a shell starts, and which get their arguments as one line.
    const shell = process.platform === 'win32' && !command.endsWith('.exe');
    const given = shell ? args.map(arg => (/[\s&]/.test(arg) ? `"${arg}"` : arg)) : args;
    const spawnOptions: SpawnOptions = {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that a time-out ends its children too.
      detached: process.platform !== 'win32',
      shell,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
    };
    const child = spawn(command, given, spawnOptions);
    let output = '';
    let stdout = '';
    let rest = '';
    let timedOut = false;
    const read = (chunk: Buffer): void => {
      const text = chunk.toString();
      output += text;
      if (options.onLine === undefined) return;
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach(options.onLine);
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(() => {
      timedOut = true;
      void stopTree(child, new Promise(end => child.once('exit', () => end())));
    }, options.timeout);
    const finish = (code: number): void => {
      clearTimeout(timer);
      if (rest !== '') options.onLine?.(rest);
      resolve({ code, output, stdout });
    };
    endsWithUs(child);
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      read(chunk);
    });
    child.stderr?.on('data', read);
    child.once('error', error => {
      output += error.message;
      finish(127);
    });
    child.once('close', code => finish(timedOut ? 124 : (code ?? 1)));
  });
}
