import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enterRun, RunDirectory, stateFile } from './run-directory.ts';
import { readRunEvents } from './run-events.ts';
import type { RunRecord } from './run-record.ts';
import { toyConfig } from './training.fixture.ts';

let folder: string;
let run: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-'));
  run = join(folder, 'toy');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record: RunRecord = {
  format: 'attention-scope-run',
  formatVersion: 1,
  config: toyConfig(),
  dataHash: 'abc',
  versions: { attentionScope: '1', onnxruntime: '1.30.0', node: 'v20' },
  provider: 'cpu',
  threads: 1,
  started: '2026-01-01T00:00:00.000Z',
};
const stopped = { type: 'stopped' } as const;

async function begin(): Promise<RunDirectory> {
  await enterRun(run, false);
  return RunDirectory.open(run, record);
}

async function resume(changes: Partial<RunRecord> = {}): Promise<RunDirectory> {
  await enterRun(run, true);
  return RunDirectory.open(run, { ...record, ...changes });
}

const lines = async (): Promise<string[]> => (await readFile(join(run, 'events.jsonl'), 'utf8')).split('\n');

describe('a run', () => {
  test('is written once, and refused where there is one', async () => {
    await begin();
    expect(JSON.parse(await readFile(join(run, 'run.json'), 'utf8'))).toEqual(record);
    await expect(enterRun(run, false)).rejects.toMatchObject({ code: 'bad-argument', hint: expect.stringContaining('--resume') });
  });

  test('that is not there cannot be resumed', async () => {
    await expect(enterRun(run, true)).rejects.toMatchObject({ code: 'no-such-file' });
    await mkdir(run);
    await expect(enterRun(run, true)).rejects.toMatchObject({ code: 'no-such-file' });
  });

  test('killed before it wrote anything begins when it is resumed', async () => {
    await enterRun(run, false);
    expect((await resume()).attempt).toBe(1);
  });

  test('is not resumed on another config or corpus; which of them changed is told', async () => {
    await begin();
    const message = (part: string) => ({ code: 'bad-argument', message: expect.stringContaining(part) });
    await expect(resume({ config: toyConfig({ dropout: 0.1 }) })).rejects.toMatchObject(message('the config changed'));
    await expect(resume({ dataHash: 'def' })).rejects.toMatchObject(message('the corpus changed since it was started (the hash of the corpus was abc and is def).'));
    await expect(resume({ dataHash: 'def', config: toyConfig({ seed: 2 }) })).rejects.toMatchObject(message('the config and the corpus'));
    expect(await readdir(run)).not.toContain('events.jsonl');
  });

  test('is not resumed on a file that changed; which one it is, and how, is told', async () => {
    const [modified, later] = [1_700_000_000_000, 1_700_000_060_000];
    const dataFiles = [{ name: 'a.en', bytes: 1234, modified }, { name: 'a.fr', bytes: 1300, modified }];
    await enterRun(run, false);
    await RunDirectory.open(run, { ...record, dataFiles });
    const told = async (changed: RunRecord['dataFiles'] = []): Promise<string> =>
      resume({ dataHash: 'def', dataFiles: changed }).then(() => 'resumed', (thrown: Error) => thrown.message);
    const [english, french] = dataFiles;
    if (english === undefined || french === undefined) throw new Error('two files were written');
    expect(await told([english, { ...french, bytes: 1200 }])).toContain('the corpus changed since it was started (a.fr had 1,300 bytes and has 1,200 bytes; the hash of the corpus was abc and is def).');
    expect(await told([{ ...english, modified: later }, french])).toContain('(a.en was written again at 2023-11-14T22:14:20.000Z; the hash');
    expect(await told([french])).toContain('a.fr stands where a.en stood');
    // Another machine's copy has other times, and is the same corpus.
    expect((await resume({ dataFiles: dataFiles.map(file => ({ ...file, modified: later })) })).attempt).toBe(1);
  });

  test('is resumed where only what people read, or how much is kept, has changed', async () => {
    await begin();
    const right = toyConfig({ keepLast: 3 });
    const config = { ...right, title: 'Toy', data: { ...right.data, credit: 'nobody' } };
    expect((await resume({ config })).changedRuntime).toBeUndefined();
  });

  test('that an older version began, before a key had its default, is resumed', async () => {
    await begin();
    const { selectBy: _selectBy, averageLast: _averageLast, ...training } = toyConfig().training;
    await writeFile(join(run, 'run.json'), JSON.stringify({ ...record, config: { ...record.config, training } }));
    expect((await resume()).changedRuntime).toBeUndefined();
    await expect(resume({ config: toyConfig({ averageLast: 2 }) })).rejects.toMatchObject({ message: expect.stringContaining('the config changed') });
  });

  test('that goes on with another ONNX Runtime or execution provider says so', async () => {
    await begin();
    const other = await resume({ versions: { ...record.versions, onnxruntime: '1.31.0' } });
    expect(other.changedRuntime).toEqual({ from: 'ONNX Runtime 1.30.0 on cpu', to: 'ONNX Runtime 1.31.0 on cpu' });
    expect((await resume({ provider: 'cuda' })).changedRuntime).toEqual({ from: 'ONNX Runtime 1.30.0 on cpu', to: 'ONNX Runtime 1.30.0 on cuda' });
    const { provider: _provider, ...older } = record;
    await writeFile(join(run, 'run.json'), JSON.stringify(older));
    expect((await resume({ provider: 'cuda' })).changedRuntime).toBeUndefined();
  });

  test('killed while it encoded its corpus leaves no half of that behind, whoever has its number now', async () => {
    await enterRun(run, false);
    await mkdir(join(run, 'cache'));
    await writeFile(join(run, 'cache', 'pairs'), 'whole');
    await writeFile(join(run, 'cache', `.pairs.${process.pid}-99.aside`), 'half');
    await resume();
    expect(await readdir(join(run, 'cache'))).toEqual(['pairs']);
  });

  test('with an unreadable record is told apart', async () => {
    await begin();
    for (const text of ['{"format"', '{"format": "something else"}']) {
      await writeFile(join(run, 'run.json'), text);
      await expect(resume()).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('run.json is not a run') });
    }
  });

  test('in a folder that may not be made is one clear failure', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(enterRun(join(folder, 'file', 'run'), false)).rejects.toMatchObject({ code: 'no-such-file' });
  });
});

describe('events', () => {
  test('carry attempt and step; each resumption counts one more', async () => {
    await (await begin()).append(7, stopped);
    await (await resume()).append(9, stopped);
    await (await resume()).append(11, stopped);
    expect(await readRunEvents(run)).toMatchObject([
      { type: 'stopped', attempt: 1, step: 7 },
      { type: 'stopped', attempt: 2, step: 9 },
      { type: 'stopped', attempt: 3, step: 11 },
    ]);
  });

  test('a line that a killed writer tore is ended, never overwritten', async () => {
    await (await begin()).append(1, stopped);
    await appendFile(join(run, 'events.jsonl'), '{"type":"step","loss":1.2');
    const before = await readFile(join(run, 'events.jsonl'), 'utf8');
    const again = await resume();
    expect(again.attempt).toBe(2);
    await again.append(1, stopped);
    expect((await readFile(join(run, 'events.jsonl'), 'utf8')).startsWith(`${before}\n`)).toBe(true);
    expect(await readRunEvents(run)).toHaveLength(2);
    const [, torn, last, end] = await lines();
    expect(torn).toBe('{"type":"step","loss":1.2');
    expect(JSON.parse(last ?? '')).toMatchObject({ type: 'stopped', attempt: 2 });
    expect(end).toBe('');
  });

  test('torn within a character, or whole but for its end', async () => {
    await (await begin()).append(1, stopped);
    await appendFile(join(run, 'events.jsonl'), Buffer.from([0x7b, 0x22, 0xe2, 0x82]));
    await (await resume()).append(2, stopped);
    await appendFile(join(run, 'events.jsonl'), '{"type":"stopped","attempt":2,"step":3}');
    const again = await resume();
    expect(again.attempt).toBe(3);
    await again.append(4, stopped);
    expect((await readRunEvents(run)).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });
});

describe('checkpoints', () => {
  const write = (directory: RunDirectory, step: number): Promise<void> =>
    directory.writeCheckpoint(step, async aside => {
      await writeFile(join(aside, 'model'), String(step));
      await writeFile(join(aside, stateFile), 'state');
    });

  test('the latest stays whole, of the best the model, of others nothing', async () => {
    const directory = await begin();
    for (const step of [10, 20, 30]) await write(directory, step);
    await directory.prune({ whole: [30], models: [10] });
    expect(await readdir(join(run, 'checkpoints'))).toEqual(['00000010', '00000030']);
    expect(await readdir(directory.checkpointFolder(10))).toEqual(['model']);
    expect(await readdir(directory.checkpointFolder(30))).toEqual(['model', stateFile]);
  });

  test('one half written is no checkpoint, and is cleared away when the run goes on', async () => {
    const directory = await begin();
    await write(directory, 10);
    await expect(directory.writeCheckpoint(20, () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
    for (const name of ['.00000030.999999999-0.aside', '.00000005.999999999-1.aside']) {
      await mkdir(join(run, 'checkpoints', name));
      await writeFile(join(run, 'checkpoints', name, 'weights.bin'), 'half');
    }
    await writeFile(join(run, 'probes', '.00000030.safetensors.999999999-2.aside'), 'half');
    expect(await directory.checkpoints()).toEqual([10]);
    expect(await (await resume()).checkpoints()).toEqual([10]);
    expect(await readdir(join(run, 'checkpoints'))).toEqual(['00000010']);
    expect(await readdir(join(run, 'probes'))).toEqual([]);
  });

  test('one whose writer was killed before it told of it is told of when the run goes on, once', async () => {
    const directory = await begin();
    await write(directory, 10);
    await write(directory, 20);
    const file = join(run, 'events.jsonl');
    const [first = ''] = await lines();
    await writeFile(file, `${first}\n`);
    const again = await resume();
    await again.finishCheckpoint(20, { whole: [20], models: [] });
    await (await resume()).finishCheckpoint(20, { whole: [20], models: [] });
    const told = (await readRunEvents(run)).map(({ type, step, attempt }) => ({ type, step, attempt }));
    expect(told).toEqual([{ type: 'checkpoint', step: 10, attempt: 1 }, { type: 'checkpoint', step: 20, attempt: 2 }]);
    expect(await again.checkpoints()).toEqual([20]);
  });

  test('one that was just being replaced is put back', async () => {
    const directory = await begin();
    await mkdir(join(run, 'checkpoints', '.00000010.replaced'));
    await writeFile(join(run, 'checkpoints', '.00000010.replaced', 'model'), '10');
    expect(await directory.checkpoints()).toEqual([]);
    expect(await (await resume()).checkpoints()).toEqual([10]);
    expect((await stat(join(run, 'checkpoints', '00000010', 'model'))).size).toBe(2);
  });
});
