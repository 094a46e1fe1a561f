import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, ProgressType, type ProtocolConnection } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compareCheckpointsMethod, type CompareCheckpointsResult, type CompareProgress, inspectMethod, type InspectResult, tensorStatisticsMethod,
  type TensorStatisticsResult, tracedAttentionMethod, type TracedAttentionResult,
} from '../../protocol/checkpoint.ts';
import { type Inspection, mapMethod, type MapWindow, openInspectionMethod, type OpenInspectionParams, plainReading } from '../../protocol/inspection.ts';
import { classifyMethod, continueMethod, failureErrorCode, listModelsMethod, type ListModelsResult, translateMethod, type TranslateResult } from '../../protocol/server.ts';
import { writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { writeSafetensors } from '../checkpoints/safetensors.ts';
import { writeFolder } from '../foreign/folders.fixture.ts';
import { modelBytes } from '../onnx/model.fixture.ts';
import { type RunningServer, startServer } from './server.fixture.ts';

let folder: string;
let server: RunningServer;
let connection: ProtocolConnection;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-checkpoint-'));
  await mkdir(at('models'));
  await writeFolder(at('models/t5'), 't5', { end: 1, generation: { eos_token_id: 1 } });
  await writeFolder(at('models/bert'), 'distilbert-classifier');
  await writeFolder(at('elsewhere'), 'gpt2', { generation: { eos_token_id: 39 } });
  await writeRandomTextClassifier(at('models/ours'));
  const zeros = Float32Array.of(0, 1, 2, Number.NaN);
  const long = new Float32Array(1_000_000).fill(1);
  await writeSafetensors(at('one.safetensors'), [{ name: 'a', shape: [4], data: zeros }, { name: 'b', shape: [1], data: Float32Array.of(1) }, { name: 'long', shape: [1_000_000], data: long }], {});
  await writeSafetensors(at('other.safetensors'), [{ name: 'a', shape: [4], data: Float32Array.of(0, 1, 3, Number.NaN) }, { name: 'c', shape: [1], data: Float32Array.of(1) }, { name: 'long', shape: [1_000_000], data: long }], {});
  // A model of a terabyte, of which there is nothing on the disk.
  const bytes = 1e12;
  const weights = { name: 'w', dtype: 'float32', shape: [bytes / 4], data: { file: 'huge.bin', offset: 0, length: bytes } } as const;
  await writeFile(at('huge.onnx'), modelBytes({
    graph: { name: 'huge', inputs: [{ name: 'input_ids', dtype: 'int64', shape: ['batch', 'length'] }], outputs: [{ name: 'y', dtype: 'float32' }], nodes: [{ operator: 'Identity', inputs: ['w'], outputs: ['y'] }], initializers: [weights] },
  }));
  await writeSparse(at('huge.bin'), Buffer.alloc(0), bytes);
  const header = Buffer.from(JSON.stringify({ long: { dtype: 'F32', shape: [4e9], data_offsets: [0, 16e9] } }).padEnd(96));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeSparse(at('long.safetensors'), Buffer.concat([length, header]), 8 + header.length + 16e9);
  server = await startServer([at('models')]);
  ({ connection } = server);
}, 300_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A file of which only the beginning is on the disk. */
async function writeSparse(path: string, beginning: Buffer, size: number): Promise<void> {
  const file = await open(path, 'w');
  await file.writeFile(beginning);
  await file.truncate(size);
  await file.close();
}

const refused = (code: string, message: RegExp): object => ({ code: failureErrorCode, data: { code, message: expect.stringMatching(message), hint: expect.any(String) } });

describe('reading, which runs nothing', () => {
  test('a summary', async () => {
    const summary = await connection.sendRequest<InspectResult>(inspectMethod, { path: at('models/t5') });
    expect(summary).toMatchObject({ format: 'Hugging Face folder, safetensors', tasks: ['translation', 'attention'] });
    expect(summary.taps).toHaveLength(6);
    await expect(connection.sendRequest(inspectMethod, { path: 'models' })).rejects.toMatchObject(refused('bad-argument', /Not a request to inspect a checkpoint: .*an absolute path/s));
    await expect(connection.sendRequest(inspectMethod, { path: at('none') })).rejects.toMatchObject(refused('no-such-file', /none/));
  }, 120_000);

  test('a tensor is measured', async () => {
    const statistics = await connection.sendRequest<TensorStatisticsResult>(tensorStatisticsMethod, { path: at('one.safetensors'), tensor: 'a' });
    expect(statistics).toMatchObject({ elements: 4, minimum: 0, maximum: 2, mean: 1, zeros: 1, nans: 1, infinities: 0 });
    await expect(connection.sendRequest(tensorStatisticsMethod, { path: at('one.safetensors'), tensor: 'z' })).rejects.toMatchObject(refused('bad-argument', /no tensor "z"/));
  }, 120_000);

  test('a map of a trace, which holds its own text', async () => {
    const path = at('mine.trace.safetensors');
    const side = (text: string): string => JSON.stringify({ text, tokens: text.split('').map((letter, start) => ({ text: letter, start, end: start + 1 })) });
    const data = Float32Array.of(0.25, 0.75, 1, 0);
    await writeSafetensors(path, [{ name: 'encoder.0', shape: [1, 2, 2], data }, { name: 'cross.0', shape: [2, 1, 2], data }], { format: 'attention-scope-trace', formatVersion: '1', model: 'mine', source: side('ab'), target: side('c') });
    expect(await connection.sendRequest<InspectResult>(inspectMethod, { path })).toMatchObject({ isTrace: true, taps: [{ kind: 'encoder', heads: 1 }, { kind: 'cross', heads: 2 }], warnings: [] });
    expect(await connection.sendRequest<TracedAttentionResult>(tracedAttentionMethod, { path })).toMatchObject({ model: 'mine', map: { kind: 'encoder', layer: 0, head: 0 }, source: { text: 'ab' }, weights: Array.from(data) });
    expect(await connection.sendRequest<TracedAttentionResult>(tracedAttentionMethod, { path, map: { kind: 'cross', layer: 0, head: 1 } })).toMatchObject({ queries: 'target', keys: 'source', weights: [1, 0] });
    await expect(connection.sendRequest(tracedAttentionMethod, { path: at('one.safetensors') })).rejects.toMatchObject(refused('broken-model', /formatVersion/));
  }, 120_000);

  test('two checkpoints are compared, and it is told how far that is', async () => {
    const progress: CompareProgress[] = [];
    connection.onProgress(new ProgressType<CompareProgress>(), 'compare', part => void progress.push(part));
    const comparison = await connection.sendRequest<CompareCheckpointsResult>(compareCheckpointsMethod, { path: at('one.safetensors'), other: at('other.safetensors'), partialResultToken: 'compare' });
    expect(comparison).toMatchObject({ changed: [{ name: 'a', largest: 1 }], equal: 1, added: [{ name: 'c' }], missing: [{ name: 'b' }], incomparable: [] });
    expect(progress.at(-1)).toEqual({ read: 4_000_016, of: 4_000_016 });
  }, 120_000);

  test('what takes long lets others pass, and can be cancelled', async () => {
    const order: string[] = [];
    const note = (name: string) => (): void => void order.push(name);
    const source = new CancellationTokenSource();
    const long = connection.sendRequest(tensorStatisticsMethod, { path: at('long.safetensors'), tensor: 'long' }, source.token).then(note('long'), note('cancelled'));
    await connection.sendRequest<ListModelsResult>(listModelsMethod).then(note('models'));
    source.cancel();
    await long;
    expect(order).toEqual(['models', 'cancelled']);
  }, 120_000);
});

describe('running', () => {
  const look = (params: Partial<OpenInspectionParams>): Promise<Inspection> =>
    connection.sendRequest<Inspection>(openInspectionMethod, { model: at('models/bert'), text: 'w3 w8', languageId: 'plaintext', beam: 1, interventions: [], ...params });
  const readMap = (inspection: string, kind: string, layer: number, head: number): Promise<MapWindow> =>
    connection.sendRequest<MapWindow>(mapMethod, { map: { inspection, choice: { of: 'heads', kind, layer, heads: [head], by: 'mean' } }, reading: plainReading, most: { rows: 100, columns: 100 }, values: 'floats' });

  test('whoever made a model, it is looked at in the same way', async () => {
    const bert = await look({});
    expect(bert.layers).toMatchObject([0, 1].map(layer => ({ kind: 'encoder', layer, heads: 4 })));
    expect((await readMap(bert.id, 'encoder', 1, 3)).size).toEqual({ rows: 2, columns: 2 });
    await expect(readMap(bert.id, 'encoder', 2, 0)).rejects.toMatchObject(refused('bad-argument', /no maps of “Encoder: layer 3” \(encoder:2\)/));
    await expect(readMap(bert.id, 'decoder', 0, 0)).rejects.toMatchObject(refused('bad-argument', /no maps of kind decoder; there are encoder/));
    const t5 = await look({ model: at('models/t5') });
    const [source, target] = ['source', 'target'].map(wanted => t5.axes.find(({ side }) => side === wanted)?.tokens.length);
    expect(source).toBe(3);
    expect((await readMap(t5.id, 'cross', 1, 3)).size).toEqual({ rows: target, columns: source });
    expect(await look({ model: at('models/ours'), text: 'A good film' })).toMatchObject({ model: 'random-text', layers: expect.arrayContaining([expect.objectContaining({ kind: 'encoder', layer: 0 })]) });
    await expect(look({ text: ' ' })).rejects.toMatchObject(refused('empty-text', /empty/));
  }, 300_000);

  test('a model larger than the memory is announced, and loaded only where that is wanted', async () => {
    await expect(look({ model: at('huge.onnx') })).rejects.toMatchObject(refused('not-enough-memory', /huge\.onnx has 1000\.0 GB, and [\d.]+ [GM]B of memory are free/));
    await expect(look({ model: at('huge.onnx'), evenIfLarge: true })).rejects.toMatchObject(refused('not-enough-memory', /this machine has [\d.]+ GB of memory in all/));
  }, 120_000);

  test('others’ models are listed by their tasks, and asked as ours are; none is that nobody listed', async () => {
    const models = await connection.sendRequest<ListModelsResult>(listModelsMethod);
    const foreign = models.filter(({ origin }) => origin === 'foreign').map(({ id, task, folder: path }) => ({ id, task, path }));
    expect(foreign).toEqual([{ id: at('models/bert'), task: 'classification', path: at('models/bert') }, { id: at('models/t5'), task: 'translation', path: at('models/t5') }]);
    const trace = await connection.sendRequest<TranslateResult>(translateMethod, { text: 'w4 w9', model: at('models/t5'), beam: 2, languageId: 'plaintext' });
    expect(trace.rows).toHaveLength(trace.target.tokens.length);
    const classified = await connection.sendRequest<{ labels: object[] }>(classifyMethod, { text: 'w4 w9', model: at('models/bert'), languageId: 'plaintext' });
    expect(classified.labels).toHaveLength(2);
    const elsewhere = { text: 'w4 w9', model: at('elsewhere'), languageId: 'plaintext' };
    await expect(connection.sendRequest(continueMethod, elsewhere)).rejects.toMatchObject(refused('unknown-model', /no model ".*elsewhere"/));
    const more = await connection.sendRequest<ListModelsResult>(listModelsMethod, { folders: [at('elsewhere')] });
    expect(more.filter(({ id }) => id === at('elsewhere')).map(({ task }) => task)).toEqual(['language-modelling']);
  }, 300_000);
});
