import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SeenRun } from './seen-run.ts';

let folder: string;
let run: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  run = join(folder, 'run');
  put('run.json', JSON.stringify({ config: {}, versions: { python: '3.9' } }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text = 'xx'): void {
  mkdirSync(join(run, path, '..'), { recursive: true });
  writeFileSync(join(run, path), text);
}

function tell(...events: readonly Readonly<Record<string, unknown>>[]): void {
  put('events.jsonl', events.map(event => `${JSON.stringify({ ...event, attempt: 1, time: '2026-01-01T00:00:00.000Z' })}\n`).join(''));
}

const checkpoint = (step: number, at: string) => ({ type: 'checkpoint', folder: at, step });

async function found(): Promise<string[]> {
  const summary = await new SeenRun(run, undefined).look();
  return (summary?.checkpoints ?? []).map(({ step, folder: path, bytes, best }) => `${step} ${relative(run, path)} ${bytes}${best ? ' best' : ''}`);
}

test('checkpoints of a Python script are found where it told of them, whatever they are, if they can be opened', async () => {
  put('checkpoints/00000010/model.pt');
  put('checkpoints/00000010/notes.txt');
  put('checkpoints/00000020/notes.txt');
  put('hf/step-30/config.json');
  put('hf/step-30/model.safetensors', 'xxxx');
  put('last.onnx', 'xxx');
  put('readme.md');
  tell(
    { type: 'validation', step: 30, likelihood: 1, best: true, metrics: {} },
    checkpoint(10, 'checkpoints/00000010'), checkpoint(20, 'checkpoints/00000020'), checkpoint(30, 'hf/step-30'), checkpoint(40, 'last.onnx'), checkpoint(50, 'readme.md'), checkpoint(60, 'gone.onnx'),
    // Events of many steps, which an outline does not read.
    ...Array.from({ length: 200 }, (_, step) => ({ type: 'step', step: 61 + step, loss: 1 })),
  );
  expect(await found()).toEqual(['10 checkpoints/00000010 4', '30 hf/step-30 6 best', '40 last.onnx 3']);
});

test('one that lies outside of the run’s folder is none, however it is told', async () => {
  writeFileSync(join(folder, 'secret.onnx'), 'xx');
  mkdirSync(join(folder, 'run-2'));
  writeFileSync(join(folder, 'run-2', 'model.onnx'), 'xx');
  symlinkSync(join(folder, 'secret.onnx'), join(run, 'link.onnx'));
  symlinkSync(folder, join(run, 'up'));
  const told = ['../secret.onnx', join(folder, 'secret.onnx'), 'link.onnx', 'up', 'up/run-2', '../run-2', '.', '', '..', 'a\0b.onnx', 'x'.repeat(5000)];
  tell(...told.map((path, step) => checkpoint(step, path)), { ...checkpoint(90, ''), folder: 7 });
  expect(await found()).toEqual([]);
});

test('of our own trainings only what is whole', async () => {
  put('run.json', JSON.stringify({ config: {}, versions: { attentionScope: '0.1.0' } }));
  put('checkpoints/00000010/attention-model.json');
  put('checkpoints/00000020/weights.bin');
  put('other/model.onnx');
  tell(checkpoint(30, 'other'));
  expect(await found()).toEqual(['10 checkpoints/00000010 2']);
});
