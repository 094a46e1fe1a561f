import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProtocolConnection } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  classifyImageMethod,
  type ClassifyImageParams,
  type ClassifyImageResult,
  classifyMethod,
  type ClassifyParams,
  type ClassifyResult,
  failureErrorCode,
  listModelsMethod,
  type ListModelsResult,
} from '../../protocol/server.ts';
import { writeRandomImageClassifier, writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { encodePng } from '../corpora/png.fixture.ts';
import { type RunningServer, startServer } from './server.fixture.ts';

let folder: string;
let server: RunningServer;
let connection: ProtocolConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-classify-'));
  await writeRandomTextClassifier(join(folder, 'text'));
  await writeRandomImageClassifier(join(folder, 'image'));
  server = await startServer([folder]);
  ({ connection } = server);
}, 300_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const classify = (params: Partial<ClassifyParams>): Promise<ClassifyResult> =>
  connection.sendRequest<ClassifyResult>(classifyMethod, { text: 'A good film', model: join(folder, 'text'), languageId: 'plaintext', ...params });
const image = Buffer.from(encodePng(new Uint8Array(16 * 16).fill(90), 16, 16, 1)).toString('base64');
const classifyImage = (params: Partial<ClassifyImageParams>): Promise<ClassifyImageResult> =>
  connection.sendRequest<ClassifyImageResult>(classifyImageMethod, { image, name: 'mine.png', model: join(folder, 'image'), ...params });

test('the list of models says what each is for', async () => {
  const models = await connection.sendRequest<ListModelsResult>(listModelsMethod);
  const mine = models.filter(({ origin }) => origin === 'folder').map(({ task, sourceLanguage, targetLanguage, summary }) => ({ task, sourceLanguage, targetLanguage, summary }));
  expect(mine).toEqual([
    {
      task: 'image-classification',
      sourceLanguage: '',
      targetLanguage: '',
      summary: 'Vision Transformer with additive pooling, 1 layer, 2 heads, width 8, 3 classes, 8 × 8 pixels in 4 patches, float32',
    },
    {
      task: 'classification',
      sourceLanguage: 'en',
      targetLanguage: 'en',
      summary: expect.stringMatching(/^Transformer with pooling by 2 heads, 1 layer, 2 heads, width 8, 2 classes, \d+ tokens, float32$/),
    },
  ]);
});

test('texts and images are classified in turn', async () => {
  const [text, picture, again] = await Promise.all([classify({}), classifyImage({}), classify({})]);
  expect(text.labels.map(({ label }) => label).sort()).toEqual(['bad', 'good']);
  expect(text.source.text).toBe('A good film');
  expect(again).toEqual(text);
  expect(picture.labels).toHaveLength(3);
  expect(picture.image).toEqual({ width: 16, height: 16 });
  expect(picture.patches).toHaveLength(4);
});

test('what cannot be classified is a failure that says why', async () => {
  const refused = (code: string, message: RegExp): object => ({ code: failureErrorCode, data: { code, message: expect.stringMatching(message), hint: expect.any(String) } });
  await expect(classify({ text: '  ' })).rejects.toMatchObject(refused('empty-text', /nothing to classify/));
  await expect(classify({ model: join(folder, 'image') })).rejects.toMatchObject(refused('bad-argument', /random-image is for image-classification/));
  await expect(classify({ model: '/nowhere' })).rejects.toMatchObject(refused('unknown-model', /no model "\/nowhere"/));
  await expect(classifyImage({ image: 'not base64!' })).rejects.toMatchObject(refused('bad-argument', /Not a request to classify an image/));
  await expect(classifyImage({ image: Buffer.from('text').toString('base64') })).rejects.toMatchObject(refused('bad-corpus', /mine\.png: neither a PNG/));
  expect((await classify({})).labels).toHaveLength(2);
});
