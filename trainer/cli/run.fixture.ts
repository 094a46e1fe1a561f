import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { productRoot } from '../files/root.ts';

/** What the command line printed, and how it ended. */
export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Starts the command line in a process of its own, whatever the test's own environment says of colours. */
export function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', join(productRoot, 'trainer', 'main.ts'), ...args], {
    cwd: productRoot,
    env: { ...inherited, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs the command line to its end. */
export async function run(args: readonly string[], input = '', environment: NodeJS.ProcessEnv = {}): Promise<Result> {
  const child = start(args, environment);
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, out, error };
}
