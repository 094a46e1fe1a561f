/**
 * Python with packages of the package index, kept once per user, to test what is written for them and what they write. Where the
 * index is out of reach, one line says what was skipped.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/run.ts';
import { cacheFolder } from '../../scripts/vscode-server.ts';

/** Debian's, so that its PyTorch is there too. */
export const debianPython = '/usr/bin/python3';

const minute = 60_000;

/**
 * An environment that has these, and what Debian's Python has.
 * @param name of its folder; another where the packages are others
 * @param tested what is skipped without it
 * @returns its interpreter; undefined where it cannot be made
 */
export async function pythonWith(name: string, packages: readonly string[], tested: string): Promise<string | undefined> {
  const folder = join(cacheFolder(), `python-${name}`);
  const interpreter = (where: string): string => join(where, 'bin', 'python');
  if (existsSync(interpreter(folder))) return interpreter(folder);
  mkdirSync(cacheFolder(), { recursive: true });
  const aside = mkdtempSync(`${folder}-`);
  const steps: readonly (readonly [string, readonly string[]])[] = [
    [debianPython, ['-m', 'venv', '--system-site-packages', aside]],
    [interpreter(aside), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '15', ...packages]],
  ];
  for (const [command, args] of steps) {
    const { code, output } = await run(command, args, { timeout: 10 * minute });
    if (code === 0) continue;
    console.log(`Skipped: ${tested}. ${packages.join(', ')} cannot be installed: ${output.trim().split('\n').at(-1) ?? ''}`);
    rmSync(aside, { recursive: true, force: true });
    return undefined;
  }
  try {
    renameSync(aside, folder);
  } catch {
    // Another test was quicker.
    rmSync(aside, { recursive: true, force: true });
  }
  return interpreter(folder);
}

/** Runs a script of this folder, which prints JSON. @throws Error with what Python printed, when it fails */
export async function askPython(python: string, script: string, ...args: readonly string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', TF_CPP_MIN_LOG_LEVEL: '3' };
  const { code, stdout, output } = await run(python, [path, ...args], { env, timeout: 3 * minute });
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${output}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
