/**
 * PyTorch, to compare with: Debian's python3-torch, which a test may find missing. Each script beside this file answers
 * one kind of question.
 */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

const python = '/usr/bin/python3';

/** Whether tests that need PyTorch run. */
export const torchIsHere = spawnSync(python, ['-c', 'import importlib.util as u, sys; sys.exit(0 if u.find_spec("torch") else 1)']).status === 0;
if (!torchIsHere) {
  console.log(`Skipped: comparing with PyTorch. ${python} has no torch; on Debian: apt install python3-torch libopenblas0-openmp`);
}

/** A test that needs PyTorch. */
export const testWithTorch = test.skipIf(!torchIsHere);

export interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array;
}

type Script = 'bench_models' | 'checkpoints' | 'classifier' | 'operators' | 'recurrent_translator' | 'transformer_translator' | 'optimizers' | 'schedules';

/** @throws Error with what Python printed, when it fails */
export async function askTorch(
  script: Script,
  tensors: Readonly<Record<string, TorchTensor>>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Map<string, TorchTensor>> {
  const encoded = Object.entries(tensors).map(([name, { shape, data }]) => [name, { type: typeOf(data), shape, data: encode(data) }]);
  const output = await runPython(script, JSON.stringify({ tensors: Object.fromEntries(encoded), options }));
  const reply = JSON.parse(output) as Record<string, { type: string; shape: number[]; data: string }>;
  return new Map(Object.entries(reply).map(([name, { type, shape, data }]) => [name, { shape, data: decode(type, data) }]));
}

function runPython(script: Script, request: string): Promise<string> {
  const child = spawn(python, [fileURLToPath(new URL(`${script}.py`, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  // A script that dies early closes its end; its exit code and message tell of that below.
  child.stdin.on('error', () => undefined);
  child.stdin.end(request);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else reject(new Error(`${script}.py ended with ${code}:\n${Buffer.concat(errors).toString('utf8')}`));
    });
  });
}

function typeOf(data: TorchTensor['data']): string {
  return data instanceof Float32Array ? 'float32' : data instanceof Float64Array ? 'float64' : 'int64';
}

function encode(data: TorchTensor['data']): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}

function decode(type: string, text: string): TorchTensor['data'] {
  const { buffer } = new Uint8Array(Buffer.from(text, 'base64'));
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    default:
      throw new Error(`PyTorch answered with ${type}`);
  }
}
