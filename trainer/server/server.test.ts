import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  CancellationTokenSource,
  createProtocolConnection,
  ProgressType,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from 'vscode-languageserver/node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  failureErrorCode,
  listModelsMethod,
  statusMethod,
  translateMethod,
  type ListModelsResult,
  type ServerStatus,
  type TranslateParams,
  type TranslateResult,
} from '../../protocol/server.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { productRoot } from '../files/root.ts';

let folder: string;
let model: string;
let server: ChildProcess;
let connection: ProtocolConnection;
let statuses: ServerStatus[];
let standardError: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-'));
  model = join(folder, 'random');
  await writeRandomCheckpoint(model);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  server = spawn(process.execPath, ['--import', 'tsx', join(productRoot, 'trainer', 'main.ts'), 'serve', '--stdio'], {
    cwd: productRoot,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  standardError = '';
  server.stderr?.on('data', (text: Buffer) => (standardError += text.toString()));
  if (server.stdout === null || server.stdin === null) throw new Error('no pipes');
  connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  statuses = [];
  connection.onNotification(statusMethod, (status: ServerStatus) => void statuses.push(status));
  connection.listen();
  const { capabilities } = await connection.sendRequest<{ capabilities: object }>('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    initializationOptions: { modelFolders: [folder], threads: 1 },
  });
  expect(capabilities).toEqual({ textDocumentSync: 0 });
  await connection.sendNotification('initialized', {});
}, 300_000);

afterEach(async () => {
  connection.dispose();
  if (server.exitCode === null && server.signalCode === null) {
    const gone = new Promise(resolve => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
  }
});

function request(text: string, more: Partial<TranslateParams> = {}): TranslateParams {
  return { text, model, beam: 1, languageId: 'plaintext', ...more };
}

async function translate(params: TranslateParams, token?: CancellationTokenSource): Promise<TranslateResult> {
  return token === undefined
    ? connection.sendRequest<TranslateResult>(translateMethod, params)
    : connection.sendRequest<TranslateResult>(translateMethod, params, token.token);
}

/** The processes that the server has started. */
async function children(): Promise<number[]> {
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const parents = await Promise.all(
    processes.map(async pid => {
      const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return { pid: Number(pid), parent: Number(status.slice(status.lastIndexOf(')')).split(' ')[2]) };
    }),
  );
  return parents.filter(({ parent }) => parent === server.pid).map(({ pid }) => pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const long = Array.from({ length: 240 }, () => 'We see the cat at home and the dog sees the house.').join(' ');

test('lists models', async () => {
  const models = await connection.sendRequest<ListModelsResult>(listModelsMethod);
  expect(models.filter(({ origin }) => origin === 'folder')).toMatchObject([{ id: model, name: 'Random weights', folder: model }]);
}, 300_000);

test('lists the models of more folders when asked, and takes up none of them', async () => {
  const other = await mkdtemp(join(tmpdir(), 'server-other-'));
  try {
    await writeRandomCheckpoint(join(other, 'another'));
    const isThere = (models: ListModelsResult): boolean => models.some(model => basename(model.folder) === 'another');
    expect(isThere(await connection.sendRequest<ListModelsResult>(listModelsMethod, { folders: [other] }))).toBe(true);
    expect(isThere(await connection.sendRequest<ListModelsResult>(listModelsMethod, {}))).toBe(false);
    await expect(connection.sendRequest(listModelsMethod, { folders: ['another'] })).rejects.toThrow('an absolute path');
  } finally {
    await rm(other, { recursive: true, force: true });
  }
}, 300_000);

test('translates, with progress on the way and states told', async () => {
  const parts: TraceProgress[] = [];
  connection.onProgress(new ProgressType<TraceProgress>(), 'p1', part => void parts.push(part));
  const trace = await translate(request('We see a cat. A dog!', { partialResultToken: 'p1' }));
  expect(trace.source.text).toBe('We see a cat. A dog!');
  expect(trace.sentences).toHaveLength(2);
  expect(trace.rows).toHaveLength(trace.target.tokens.length);
  expect(parts[0]?.kind).toBe('source');
  // Replayed, the parts give the whole.
  const shown = { text: '', tokens: [] as object[], rows: [] as object[] };
  for (const part of parts) {
    if (part.kind === 'source') continue;
    shown.text = shown.text.slice(0, part.at) + part.text;
    shown.tokens.splice(part.from, Infinity, ...part.tokens);
    shown.rows.splice(part.from, Infinity, ...part.rows);
  }
  expect(shown).toEqual({ text: trace.target.text, tokens: trace.target.tokens, rows: trace.rows });
  await expect.poll(() => statuses).toEqual([{ state: 'loading', model }, { state: 'translating', model }, { state: 'idle' }]);
  await expect(translate(request('We see a cat. A dog!', { beam: 5 }))).resolves.toMatchObject({ model: 'random' });
}, 300_000);

test('failures come as errors with their code and advice', async () => {
  const failing: readonly (readonly [unknown, string])[] = [
    [request(''), 'empty-text'],
    [request('Привет, как дела сегодня?'), 'unsupported-script'],
    [request('a'.repeat(20_001)), 'text-too-long'],
    [request('A cat.', { model: 'nobody' }), 'unknown-model'],
    [request('A cat.', { model: tmpdir() }), 'unknown-model'],
    [request('A cat.', { beam: 1.5 }), 'bad-argument'],
    [{ text: 7 }, 'bad-argument'],
  ];
  for (const [params, code] of failing) {
    await expect(connection.sendRequest(translateMethod, params), code).rejects.toMatchObject({
      code: failureErrorCode,
      message: expect.stringMatching(/\S/),
      data: { code, message: expect.stringMatching(/\S/), hint: expect.stringMatching(/\S/) },
    });
  }
  expect((await translate(request('A cat.'))).target.text).not.toBe('');
}, 300_000);

test('a cancelled request ends as cancelled, and the engine goes on', async () => {
  await translate(request('A cat.'));
  const source = new CancellationTokenSource();
  const running = translate(request(long, { beam: 4 }), source);
  await expect.poll(() => statuses.at(-1), { timeout: 60_000 }).toEqual({ state: 'translating', model });
  source.cancel();
  await expect(running).rejects.toMatchObject({ data: { code: 'cancelled' } });
  await translate(request('A cat.'));
}, 300_000);

test.skipIf(process.platform !== 'linux')('an engine that dies is told, and the next request works', async () => {
  await translate(request('A cat.'));
  const [engine] = await children();
  if (engine === undefined) throw new Error('no engine');
  const lost = expect(translate(request(long, { beam: 4 }))).rejects.toMatchObject({ data: { code: 'worker-lost' } });
  await expect.poll(() => statuses.at(-1), { timeout: 60_000 }).toEqual({ state: 'translating', model });
  process.kill(engine, 'SIGKILL');
  await lost;
  expect(statuses).toContainEqual({ state: 'engine-restarted', reason: 'killed by SIGKILL' });
  expect((await translate(request('A cat.'))).target.text).not.toBe('');
}, 300_000);

test.skipIf(process.platform !== 'linux').each([
  ['is shut down', (): void => void connection.sendRequest('shutdown').then(() => connection.sendNotification('exit'))],
  ['closes its input', (): void => void server.stdin?.end()],
  ['is killed', (): void => void server.kill('SIGKILL')],
])('when the server %s, nothing of it stays', async (_, end) => {
  await translate(request('A cat.'));
  const engines = await children();
  expect(engines.length).toBeGreaterThan(0);
  const gone = new Promise(resolve => server.once('exit', resolve));
  end();
  await gone;
  await expect.poll(() => engines.filter(isAlive), { timeout: 60_000 }).toEqual([]);
}, 300_000);

test('nothing but the protocol is on standard output, nothing at all on standard error', async () => {
  await translate(request('A cat.'));
  expect(standardError).toBe('');
}, 300_000);
