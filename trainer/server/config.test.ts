import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, ProgressType, type ProtocolConnection } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  checkConfigMethod, type CheckConfigResult, detectDataMethod, type DetectDataResult, type EstimateProgress, estimateRunMethod, type EstimateRunResult,
  proposeConfigMethod, type ProposeConfigResult,
} from '../../protocol/config.ts';
import { failureErrorCode } from '../../protocol/server.ts';
import { asFile, toyReviews } from '../tasks/classification/toy.fixture.ts';
import { type RunningServer, startServer } from './server.fixture.ts';

let folder: string;
let server: RunningServer;
let connection: ProtocolConnection;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-config-'));
  await writeFile(at('reviews.txt'), asFile(toyReviews(200)));
  server = await startServer([]);
  ({ connection } = server);
}, 300_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const refused = (code: string, message: RegExp): object => ({ code: failureErrorCode, data: { code, message: expect.stringMatching(message), hint: expect.any(String) } });

test('from data to a config to what it takes', async () => {
  const { readings } = await connection.sendRequest<DetectDataResult>(detectDataMethod, { task: 'classification', files: [at('reviews.txt')] });
  expect(readings).toMatchObject([{ id: 'label-first', rows: 200, problems: [] }]);
  const params = { task: 'classification', name: 'mine', folder, files: [at('reviews.txt')], reading: 'label-first', roles: {}, languages: ['en'] };
  const { proposals } = await connection.sendRequest<ProposeConfigResult>(proposeConfigMethod, params);
  const text = proposals[0]?.text ?? '';
  const path = at('mine.attention.json');
  expect(await connection.sendRequest<CheckConfigResult>(checkConfigMethod, { path, text, lookForFiles: true })).toEqual({ problems: [] });
  const doing: string[] = [];
  connection.onProgress(new ProgressType<EstimateProgress>(), 'estimate', part => void doing.push(part.doing));
  const found = await connection.sendRequest<EstimateRunResult>(estimateRunMethod, { path, text, partialResultToken: 'estimate' });
  expect(found.steps).toBeGreaterThan(0);
  expect(found.parameters).toBeLessThanOrEqual(proposals[0]?.parameters ?? 0);
  expect(doing.at(-1)).toBe('measuring steps');
}, 300_000);

test('an estimate can be cancelled, and what cannot be trained is told why', async () => {
  const text = JSON.stringify({ name: 'mine' });
  await expect(connection.sendRequest(estimateRunMethod, { path: at('mine.attention.json'), text })).rejects.toMatchObject(refused('bad-config', /"task"/));
  const source = new CancellationTokenSource();
  const { proposals } = await connection.sendRequest<ProposeConfigResult>(proposeConfigMethod, { task: 'classification', name: 'mine', folder, files: [at('reviews.txt')], roles: {}, languages: ['en'] });
  const estimate = connection.sendRequest(estimateRunMethod, { path: at('mine.attention.json'), text: proposals[2]?.text ?? '' }, source.token);
  source.cancel();
  await expect(estimate).rejects.toMatchObject({ code: failureErrorCode, data: { code: 'cancelled' } });
}, 300_000);

test('what is no such request is refused', async () => {
  await expect(connection.sendRequest(checkConfigMethod, { path: 'relative', text: '{}', lookForFiles: true })).rejects.toMatchObject(refused('bad-argument', /Not a request to check a config: .*an absolute path/s));
  await expect(connection.sendRequest(detectDataMethod, { task: 'nothing', files: [] })).rejects.toMatchObject(refused('bad-argument', /Not a request to look at data/));
  await expect(connection.sendRequest(detectDataMethod, { task: 'translation', files: [at('none')] })).rejects.toMatchObject(refused('no-such-file', /none/));
}, 60_000);
