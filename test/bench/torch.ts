/** Where PyTorch is on this machine. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../scripts/vscode-server.ts';
import { run } from '../../scripts/run.ts';
import { underRoot } from '../../scripts/root.ts';
import { Contestant } from './contestant.ts';
import type { BenchContext } from './part.ts';

export interface Torch {
  readonly python: string;
  /** What it is called in the table. */
  readonly label: string;
}

/** Every PyTorch to race against; a line says which there is none of. */
export async function findTorches({ wheel, print }: BenchContext): Promise<readonly Torch[]> {
  const torches: Torch[] = [];
  const debian = await torchOf('/usr/bin/python3', "Debian's");
  if (debian === undefined) print('PyTorch is missing: apt install python3-torch libopenblas0-openmp. Nothing is compared with it.');
  else torches.push(debian);
  const python = wheel || existsSync(installed) ? await installWheel(print) : undefined;
  const current = python === undefined ? undefined : await torchOf(python, "the package index'");
  if (current !== undefined) torches.push(current);
  else if (!wheel) print('A current PyTorch is raced against too once --wheel has installed it (a download of several gigabytes).');
  return torches;
}

/**
 * Starts a script of test/torch in each of them.
 * @throws Error when one has not as many parameters as ours
 */
export async function startTorches(
  torches: readonly Torch[],
  script: string,
  args: readonly string[],
  ours: Contestant,
  print: (line: string) => void,
): Promise<Contestant[]> {
  const started: Contestant[] = [];
  for (const { python, label } of torches) {
    const torch = await Contestant.start(label, python, [underRoot('test', 'torch', script), ...args], { ...process.env, PYTHONDONTWRITEBYTECODE: '1' });
    const { parameters, blas } = torch.ready;
    if (parameters !== ours.ready.parameters) throw new Error(`${label} has ${parameters} parameters where we have ${ours.ready.parameters}`);
    if (blas === 'openblas-pthread') {
      print(`Unfair: ${label} runs on OpenBLAS' own threads, which make it 2.4 times slower. apt install libopenblas0-openmp.`);
    }
    started.push(torch);
  }
  return started;
}

async function torchOf(python: string, whose: string): Promise<Torch | undefined> {
  if (!existsSync(python)) return undefined;
  const { code, stdout } = await run(python, ['-c', 'import torch; print(torch.__version__)'], { timeout: 120_000 });
  return code === 0 ? { python, label: `PyTorch ${stdout.trim()} (${whose})` } : undefined;
}

const folder = join(cacheFolder(), 'torch-wheel');
/** Written once everything is there. */
const installed = join(folder, 'installed');

/** Installs a current PyTorch into an environment of its own, once per user. */
async function installWheel(print: (line: string) => void): Promise<string | undefined> {
  const python = join(folder, 'bin', 'python');
  if (existsSync(installed)) return python;
  mkdirSync(cacheFolder(), { recursive: true });
  print('Installing a current PyTorch, once …');
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', '--clear', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'torch', 'numpy']],
    ['touch', [installed]],
  ];
  for (const [command, args] of steps) {
    const { code, output } = await run(command, args, { timeout: 30 * 60_000 });
    if (code === 0) continue;
    print(`A current PyTorch cannot be installed: ${output.trim().split('\n').at(-1) ?? ''}`);
    return undefined;
  }
  return python;
}
