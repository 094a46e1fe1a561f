import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttentionKind } from '../../../protocol/trace.ts';
import { askPython, debianPython, pythonWith } from '../../../test/torch/writer_packages.ts';
import { testWithTorch, torchIsHere } from '../../../test/torch/torch.ts';
import { readSafetensors } from '../../checkpoints/safetensors.ts';
import { productRoot } from '../../files/root.ts';
import { inspectCheckpoint } from '../../foreign/inspect.ts';
import { readTracedAttention } from '../../foreign/plan-trace.ts';
import { parseJson } from '../../text/parse-json.ts';
import { askRun } from '../../training/control.ts';
import { findWriter } from '../../training/run-lock.ts';
import { RunFollower } from '../follow.ts';
import { SeenRun } from '../seen-run.ts';

const written = join(productRoot, 'media', 'python', 'attention_scope.py');
const script = fileURLToPath(new URL('../../../test/torch/writer_run.py', import.meta.url));
const minutes = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-writer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Going {
  readonly process: ChildProcess;
  /** Resolves once it writes the run, with false where it ended before. */
  readonly begun: Promise<boolean>;
  readonly ended: Promise<{ readonly code: number | null; readonly error: string }>;
}

function start(run: string, steps: number, milliseconds = 0): Going {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(debianPython, [script, written, run, String(steps), String(milliseconds)], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let error = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  const ended = new Promise<{ code: number | null; error: string }>(resolve => child.once('close', code => resolve({ code, error })));
  const begun = new Promise<boolean>(resolve => {
    child.stdout.once('data', () => resolve(true));
    child.once('close', () => resolve(false));
  });
  return { process: child, begun, ended };
}

const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

describe('a run that Python wrote', () => {
  testWithTorch('killed at random and resumed, it is whole, and every step is there once', async () => {
    const run = join(folder, 'killed');
    const steps = 60;
    const instants: number[] = [];
    for (let kills = 0; kills < 8; kills++) {
      const going = start(run, steps, 2);
      if (await going.begun) {
        instants.push(Math.round(Math.random() * 150));
        await sleep(instants.at(-1) ?? 0);
      }
      going.process.kill('SIGKILL');
      const { code, error } = await going.ended;
      expect([code, error]).toEqual([code === null ? null : 0, '']);
    }
    expect(await start(run, steps).ended, `killed after ${instants.join(', ')}`).toEqual({ code: 0, error: '' });

    const summary = await new SeenRun(run, undefined).look();
    expect(summary).toMatchObject({
      name: 'killed', experiment: 'written', state: 'finished', step: steps, totalSteps: steps, loss: 8 / steps, metric: { name: 'bleu', value: steps, best: steps },
    });
    const follower = new RunFollower(run, { steps: true });
    await follower.update();
    const { series } = follower.fold;
    const all = Array.from({ length: steps }, (_, index) => index + 1);
    expect([...(series.curve('train/loss')?.steps ?? [])]).toEqual(all);
    series.curve('train/loss')?.values.forEach((value, index) => expect(value).toBeCloseTo(8 / (index + 1), 5));
    expect(series.curve('train/accuracy')?.values[1]).toBeNaN();
    expect([...(series.curve('validation/bleu')?.steps ?? [])]).toEqual(all.filter(step => step % 5 === 0));
    expect(series.metrics()).toEqual(expect.arrayContaining(['train/learningRate', 'train/memory', 'train/processors', 'validation/likelihood', 'validation/perplexity']));

    for (const where of ['.', 'checkpoints', 'probes']) expect((await readdir(join(run, where))).filter(name => name.startsWith('.') || name === 'writer.json')).toEqual([]);
    const names = all.filter(step => step % 5 === 0).map(step => String(step).padStart(8, '0'));
    expect((await readdir(join(run, 'checkpoints'))).toSorted()).toEqual(names);
    for (const name of names) {
      for (const file of ['model.bin', 'optimizer.bin']) {
        expect((await readFile(join(run, 'checkpoints', name, file))).equals(Buffer.alloc(100_000, Number(name) % 256))).toBe(true);
      }
    }
    const probe = await readSafetensors(join(run, 'probes', '00000060.safetensors'));
    expect([...probe.tensors.keys()].toSorted()).toEqual(['0', '0.cross.0', '0.cross.1']);
    expect(probe.tensors.get('0')).toMatchObject({ shape: [3, 4] });
    expect(probe.tensors.get('0.cross.0')?.data).toEqual(new Float32Array(24).fill(15));
    expect([probe.metadata['0.target'], probe.metadata['0.gold']].map(text => parseJson(text ?? ''))).toEqual([['x', 'y', 'é'], [[0, 1, 1], [2, 3, 0]]]);
  }, 5 * minutes);

  testWithTorch('while it is written, its writer is found; killed, it is gone; nobody else may write', async () => {
    const run = join(folder, 'live');
    const going = start(run, 100_000, 20);
    try {
      expect(await going.begun).toBe(true);
      await expect.poll(async () => (await new SeenRun(run, undefined).look())?.state, { timeout: 30_000 }).toBe('running');
      expect(await findWriter(run)).toMatchObject({ pid: going.process.pid, lives: true, isHere: true });
      const second = await start(run, 100_000).ended;
      expect(second.error).toContain(`BlockingIOError: Process ${going.process.pid} on`);
      expect(second.code).toBe(1);

      await askRun(run, 'pause');
      await expect.poll(async () => (await new SeenRun(run, undefined).look())?.state, { timeout: 30_000 }).toBe('paused');
      await askRun(run, 'run');
      await expect.poll(async () => (await new SeenRun(run, undefined).look())?.state, { timeout: 30_000 }).toBe('running');
    } finally {
      going.process.kill('SIGKILL');
      await going.ended;
    }
    expect(await findWriter(run)).toMatchObject({ lives: false });
    expect((await new SeenRun(run, undefined).look())?.state).toBe('interrupted');

    const resumed = start(run, 100_000, 20);
    expect(await resumed.begun).toBe(true);
    await askRun(run, 'stop');
    expect(await resumed.ended).toEqual({ code: 0, error: '' });
    expect((await new SeenRun(run, undefined).look())?.state).toBe('stopped');
    expect(await findWriter(run)).toBeUndefined();
  }, 3 * minutes);
});

interface Captured {
  readonly models: Readonly<Record<string, {
    readonly during: number; readonly after: number; readonly byHand: number; readonly hidden: number; readonly rows: number;
    readonly restored: boolean; readonly shapes: unknown; readonly masked: unknown;
  }>>;
  readonly answers: Readonly<Record<string, readonly [output: number, weights: number | null, isNone: boolean]>>;
  readonly refused: string;
  readonly trace: Readonly<Record<AttentionKind, readonly (readonly (readonly (readonly number[])[])[])[]>>;
}

testWithTorch('capture keeps what torch.nn.MultiheadAttention computes and changes nothing; the trace file is read back', async () => {
  const file = join(folder, 'x.trace.safetensors');
  const { models, answers, refused, trace } = (await askPython(debianPython, 'writer_capture.py', written, file)) as Captured;
  expect(Object.keys(models)).toHaveLength(4);
  for (const [name, found] of Object.entries(models)) {
    expect(found, name).toMatchObject({ after: 0, hidden: 0, restored: true });
    for (const error of [found.during, found.byHand, found.rows]) expect(error, name).toBeLessThan(2e-6);
    expect(found.shapes).toEqual({ encoder: [[2, 5, 5], [2, 5, 5]], decoder: [[2, 4, 4], [2, 4, 4]], cross: [[2, 4, 5], [2, 4, 5]] });
    expect(found.masked).toEqual([[2, 4, 4], [2, 4, 4]]);
  }
  for (const [output, weights, isNone] of Object.values(answers)) {
    expect(output).toBeLessThan(1e-6);
    expect(weights === null).toBe(isNone);
    expect(weights ?? 0).toBeLessThan(1e-6);
  }
  expect(refused).toContain('Linear has no torch.nn.MultiheadAttention');

  const attention = await readTracedAttention(file, 'all');
  expect(attention.model).toBe('a Transformer');
  expect(attention.source?.tokens.map(({ start, end }) => attention.source?.text.slice(start, end))).toEqual(['Ein', '😀', 'da', '', '']);
  expect(attention.target?.text).toBe('w x y z');
  expect(attention.maps.map(({ kind, layer }) => `${kind}.${layer}`)).toEqual(['encoder.0', 'encoder.1', 'decoder.0', 'decoder.1', 'cross.0', 'cross.1']);
  for (const { kind, layer, weights } of attention.maps) expect([...weights]).toEqual(kind !== 'pooling' && trace[kind][layer]?.flat(2));
  expect(await inspectCheckpoint(file)).toMatchObject({
    format: 'Attention Scope trace', tasks: ['attention'], facts: [{ label: 'Model', value: 'a Transformer' }, { label: 'Source' }, { label: 'Target', value: 'w x y z (4 tokens)' }],
  });
}, 3 * minutes);

const transformers = torchIsHere ? await pythonWith('transformers', ['transformers==4.46.3', 'numpy<2'], 'what is captured of transformers') : undefined;

interface Given {
  readonly shapes: unknown;
  readonly rows: number;
  readonly same?: number;
}

test.skipIf(transformers === undefined)('attentions are those that transformers gives, also of texts that it generates', async () => {
  const found = (await askPython(transformers ?? '', 'writer_transformers.py', written)) as Readonly<Record<'bert' | 'gpt' | 'generated' | 'bart', Given>> & { readonly refused: string };
  expect(found.bert).toMatchObject({ same: 0, shapes: { encoder: [[2, 4, 4], [2, 4, 4]] } });
  expect(found.gpt.shapes).toEqual({ decoder: [[2, 6, 6], [2, 6, 6]] });
  expect(found.generated.shapes).toEqual({ decoder: [[2, 9, 9], [2, 9, 9]] });
  expect(found.bart.shapes).toEqual({ encoder: [[2, 6, 6], [2, 6, 6]], decoder: [[2, 5, 5], [2, 5, 5]], cross: [[2, 5, 6], [2, 5, 6]] });
  for (const { rows, same } of [found.bert, found.gpt, found.generated, found.bart]) {
    expect(rows).toBeLessThan(1e-5);
    expect(same ?? 0).toBeLessThan(1e-5);
  }
  expect(found.refused).toContain('output_attentions=True');
}, 3 * minutes);

test('the module is Python 3.9: no newer syntax', async () => {
  const code = `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 9))`;
  const child = spawn(debianPython, ['-c', code, written], { stdio: ['ignore', 'ignore', 'pipe'] });
  expect(await new Promise(resolve => child.once('close', resolve))).toBe(0);
});
