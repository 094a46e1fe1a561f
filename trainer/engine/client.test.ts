import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Inspection, type MapChoice, plainReading } from '../../protocol/inspection.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { Translator } from '../decoding/translator.ts';
import type { MapArrays } from '../inspection/held.ts';
import { Engine, type EngineState } from './client.ts';

let folder: string;
let first: string;
let second: string;
let engine: Engine;
let states: EngineState[];

const words = 'the cat sees a dog at home and we see the house';
/** Some seconds of work: many sentences, and a model that knows no end. */
const long = Array.from({ length: 240 }, (_, index) => `The cat ${words} ${'abcdefghij'.charAt(index % 10)}.`).join(' ');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
  first = join(folder, 'first');
  second = join(folder, 'second');
  await writeRandomCheckpoint(first, { id: 'first', seed: 1 });
  await writeRandomCheckpoint(second, { id: 'second', seed: 2 });
});
beforeEach(() => {
  states = [];
  engine = new Engine({ threads: 1, onState: state => states.push(state) });
});
afterEach(() => engine.dispose());
afterAll(() => rm(folder, { recursive: true, force: true }));

async function exited(pid: number, within: number): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; ) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return false;
}

/** Resolves with the first word that the engine translates of a request. */
function begun(): { started: Promise<void>; onProgress: (progress: TraceProgress) => void } {
  let start: () => void = () => undefined;
  const started = new Promise<void>(resolve => (start = resolve));
  return { started, onProgress: progress => progress.kind === 'target' && start() };
}

test('answers as a translator in this process does, streaming on the way', async () => {
  const parts: TraceProgress[] = [];
  const trace = await engine.translate(first, { text: 'We see a cat.', beam: 1 }, { onProgress: part => parts.push(part) });
  const here = await Translator.open(first, { threads: 1 });
  expect(trace).toEqual(await here.translate({ text: 'We see a cat.', beam: 1 }));
  await here.release();
  expect(parts[0]).toMatchObject({ kind: 'source', model: 'first', source: trace.source });
  const told = parts.reduce((text, part) => (part.kind === 'target' ? text.slice(0, part.at) + part.text : text), '');
  expect(told).toBe(trace.target.text);
  await expect.poll(() => states.map(({ state }) => state)).toEqual(['loading', 'translating', 'idle']);
}, 300_000);

test('keeps its process, and one model in it at a time', async () => {
  expect(await engine.load(first)).toBe('first');
  const { pid } = engine;
  expect((await engine.translate(second, { text: 'A cat.', beam: 2 })).model).toBe('second');
  expect((await engine.translate(first, { text: 'A cat.', beam: 2 })).model).toBe('first');
  expect(engine.pid).toBe(pid);
}, 300_000);

test('a model that was saved anew is loaded anew', async () => {
  const changing = join(folder, 'changing');
  await writeRandomCheckpoint(changing, { id: 'before' });
  expect(await engine.load(changing)).toBe('before');
  await writeRandomCheckpoint(changing, { id: 'after', seed: 9 });
  expect(await engine.load(changing)).toBe('after');
}, 300_000);

test('failures keep their code, and the engine goes on', async () => {
  const broken = join(folder, 'broken');
  await writeRandomCheckpoint(broken);
  await writeFile(join(broken, 'decoder.onnx'), 'not a graph');
  await expect(engine.translate(broken, { text: 'A cat.', beam: 1 })).rejects.toMatchObject({ code: 'broken-model' });
  await expect(engine.translate(first, { text: ' \n', beam: 1 })).rejects.toMatchObject({ code: 'empty-text' });
  await expect(engine.translate(first, { text: 'a'.repeat(20_001), beam: 1 })).rejects.toMatchObject({ code: 'text-too-long' });
  await expect(engine.translate(first, { text: 'A cat.', beam: 0 })).rejects.toMatchObject({ code: 'bad-argument' });
  expect((await engine.translate(first, { text: 'A cat.', beam: 1 })).target.text).not.toBe('');
}, 300_000);

test('a cancelled translation ends at once, and the same process takes the next', async () => {
  // However busy the machine: it is not to be killed, it is to stop by itself.
  const patient = new Engine({ threads: 1, patience: 60_000 });
  await patient.load(first);
  const { pid } = patient;
  const controller = new AbortController();
  const { started, onProgress } = begun();
  let tokens = 0;
  const cancelled = patient.translate(
    first,
    { text: long, beam: 4 },
    {
      signal: controller.signal,
      onProgress: part => {
        onProgress(part);
        tokens++;
      },
    },
  );
  await started;
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  const shown = tokens;
  await patient.translate(first, { text: 'A cat.', beam: 1 });
  expect(tokens).toBe(shown);
  expect(patient.pid).toBe(pid);
  await patient.dispose();
}, 300_000);

test('calls are answered in order, and one that waits is cancelled without having begun', async () => {
  const order: string[] = [];
  const note = (name: string) => (): void => void order.push(name);
  const controller = new AbortController();
  const one = engine.translate(first, { text: 'One cat.', beam: 1 }).then(note('one'));
  const two = engine.translate(first, { text: long, beam: 4 }, { signal: controller.signal }).catch(note('two cancelled'));
  const three = engine.translate(first, { text: 'Three cats.', beam: 1 }).then(note('three'));
  controller.abort();
  await Promise.all([one, two, three]);
  expect(order).toEqual(['two cancelled', 'one', 'three']);
}, 300_000);

test.skipIf(process.platform === 'win32')('a process that does not stop is killed a second after the cancel', async () => {
  await engine.load(first);
  const { pid } = engine;
  if (pid === undefined) throw new Error('no process');
  const controller = new AbortController();
  const { started, onProgress } = begun();
  const stuck = engine.translate(first, { text: long, beam: 1 }, { signal: controller.signal, onProgress });
  await started;
  process.kill(pid, 'SIGSTOP'); // as a run that goes on and on: it hears nothing
  const begin = performance.now();
  controller.abort();
  await expect(stuck).rejects.toMatchObject({ code: 'cancelled' });
  expect((await engine.translate(first, { text: 'A cat.', beam: 1 })).model).toBe('first');
  expect(performance.now() - begin).toBeGreaterThan(950);
  expect(engine.pid).not.toBe(pid);
  expect(await exited(pid, 60_000)).toBe(true);
  expect(states).toContainEqual({ state: 'restarted', reason: expect.stringContaining('did not stop'), wasCancelled: true });
}, 300_000);

test.skipIf(process.platform === 'win32')('passes that others look at are gone with a process that is killed, and are run again as they were', async () => {
  const impatient = new Engine({ threads: 1, patience: 50 });
  const pass = { folder: first, asked: { model: first, text: 'We see a cat.', languageId: '', beam: 1, interventions: [] } };
  const whole = { rows: 100, columns: 100 };
  const look = async ({ id }: Inspection): Promise<MapArrays> => {
    const choice: MapChoice = { of: 'heads', kind: 'cross', layer: 0, heads: 'all', by: 'mean' };
    return impatient.inspectionMap({ map: { inspection: id, choice }, reading: plainReading, most: whole, values: 'floats' });
  };
  const held = await impatient.openInspection(pass);
  const before = await look(held);
  const { pid } = impatient;
  if (pid === undefined) throw new Error('no process');
  const controller = new AbortController();
  const { started, onProgress } = begun();
  const stuck = expect(impatient.translate(first, { text: long, beam: 1 }, { signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'cancelled' });
  await started;
  process.kill(pid, 'SIGSTOP');
  const gone = { code: 'inspection-gone', hint: 'Ask for it again.' };
  const looking = expect(look(held)).rejects.toMatchObject(gone);
  controller.abort();
  await Promise.all([stuck, looking]);
  await expect(look(held)).rejects.toMatchObject(gone);
  const again = await impatient.openInspection(pass);
  expect((await look(again)).cells).toEqual(before.cells);
  await expect(look(held)).rejects.toMatchObject(gone);
  await impatient.dispose();
}, 300_000);

test('cancelled while it starts and loads, it goes on to be ready for the next call', async () => {
  const impatient = new Engine({ threads: 1, patience: 1 });
  const controller = new AbortController();
  const early = impatient.translate(first, { text: 'A cat.', beam: 1 }, { signal: controller.signal });
  const answered = expect(early).rejects.toMatchObject({ code: 'cancelled' });
  while (impatient.pid === undefined) await new Promise(resolve => setImmediate(resolve));
  const { pid } = impatient;
  controller.abort();
  await answered;
  await impatient.load(first);
  expect(impatient.pid).toBe(pid);
  await impatient.dispose();
}, 300_000);

test('killed at any moment, the request is lost with a clear message and the next one works', async () => {
  for (const delay of [0, 30, 150, 400, 800]) {
    const request = engine.translate(first, { text: long, beam: 4 });
    const lost = expect(request).rejects.toMatchObject({ code: 'worker-lost', message: expect.stringMatching(/killed by SIGKILL/) });
    while (engine.pid === undefined) await new Promise(resolve => setImmediate(resolve));
    await new Promise(resolve => setTimeout(resolve, delay));
    process.kill(engine.pid, 'SIGKILL');
    await lost;
    expect((await engine.translate(first, { text: 'A cat.', beam: 1 })).model).toBe('first');
  }
  expect(states.filter(({ state }) => state === 'restarted')).toHaveLength(5);
}, 300_000);

test('killed while it is idle, it is started again by the next request', async () => {
  await engine.load(first);
  const { pid } = engine;
  if (pid === undefined) throw new Error('no process');
  process.kill(pid, 'SIGKILL');
  expect(await exited(pid, 60_000)).toBe(true);
  await expect.poll(() => engine.pid, { timeout: 60_000 }).toBeUndefined();
  expect((await engine.translate(first, { text: 'A cat.', beam: 1 })).model).toBe('first');
}, 300_000);

test('disposing ends the process, even in mid-work, and rejects what waits', async () => {
  await engine.load(first);
  const { pid } = engine;
  if (pid === undefined) throw new Error('no process');
  const waiting = expect(engine.translate(first, { text: long, beam: 4 })).rejects.toMatchObject({ code: 'worker-lost' });
  const queued = expect(engine.translate(first, { text: 'A cat.', beam: 1 })).rejects.toMatchObject({ code: 'worker-lost' });
  await engine.dispose();
  await Promise.all([waiting, queued]);
  expect(await exited(pid, 60_000)).toBe(true);
}, 300_000);

test.each(['SIGKILL', 'SIGTERM'] as const)('no process is orphaned when its parent gets %s', async signal => {
  const client = fileURLToPath(new URL('./client.ts', import.meta.url));
  const source = `
    const { Engine } = await import(${JSON.stringify(client)});
    const engine = new Engine({ threads: 1 });
    const folder = ${JSON.stringify(first)};
    await engine.load(folder);
    void engine.translate(folder, { text: ${JSON.stringify(long)}, beam: 8 });
    process.stdout.write(String(engine.pid));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(await new Promise<Buffer>(resolve => parent.stdout.once('data', resolve)));
  expect(await exited(pid, 50)).toBe(false);
  parent.kill(signal);
  expect(await exited(pid, 60_000)).toBe(true);
}, 300_000);
