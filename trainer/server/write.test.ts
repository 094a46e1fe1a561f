import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgressType, type ProtocolConnection } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { continueMethod, failureErrorCode, listModelsMethod, replyMethod, type ListModelsResult } from '../../protocol/server.ts';
import type { Trace, TraceProgress } from '../../protocol/trace.ts';
import { writeRandomLanguageModel } from '../checkpoints/language-model.fixture.ts';
import { type RunningServer, startServer } from './server.fixture.ts';

let folder: string;
let model: string;
let server: RunningServer;
let connection: ProtocolConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-'));
  model = join(folder, 'random');
  await writeRandomLanguageModel(model);
  server = await startServer([folder]);
  ({ connection } = server);
}, 300_000);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a language model is listed as one', async () => {
  const models = await connection.sendRequest<ListModelsResult>(listModelsMethod);
  const mine = models.find(({ folder: where }) => where === model);
  expect(mine).toMatchObject({ task: 'language-modelling', sourceLanguage: 'en', targetLanguage: 'en' });
}, 300_000);

test('a text is continued, with progress on the way', async () => {
  const parts: TraceProgress[] = [];
  connection.onProgress(new ProgressType<TraceProgress>(), 'p1', part => void parts.push(part));
  const params = { text: 'I want t', model, languageId: 'plaintext', partialResultToken: 'p1' };
  const trace = await connection.sendRequest<Trace>(continueMethod, params);
  expect(trace.source.text).toBe('I want t');
  expect(trace.rows.every(({ elsewhere }) => elsewhere !== undefined)).toBe(true);
  expect(parts[0]).toMatchObject({ kind: 'source', source: trace.source });
  const told = parts.at(-1);
  expect(told?.kind === 'target' && told.text).toBe(trace.target.text);
}, 300_000);

test.each([
  ['nothing', continueMethod, { text: ' ' }, 'empty-text'],
  ['nothing', replyMethod, { text: '' }, 'empty-text'],
  ['another model than there is', continueMethod, { text: 'A cat', model: 'nobody' }, 'unknown-model'],
  ['a language model asked to reply', replyMethod, { text: 'Hello!' }, 'bad-argument'],
  ['no text at all', continueMethod, { text: 7 }, 'bad-argument'],
])('%s is a failure with advice', async (_, method, params, code) => {
  await expect(connection.sendRequest(method, { model, languageId: 'plaintext', ...params })).rejects.toMatchObject({
    code: failureErrorCode,
    data: { code, message: expect.stringMatching(/\S/), hint: expect.stringMatching(/\S/) },
  });
}, 300_000);
