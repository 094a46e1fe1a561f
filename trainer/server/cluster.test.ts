import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancelJobMethod, listJobsMethod, submitRunMethod } from '../../protocol/cluster.ts';
import { writeToy } from '../training/training.fixture.ts';
import { type RunningServer, startServer } from './server.fixture.ts';

let folder: string;
let config: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-server-'));
  config = await writeToy(folder);
  server = await startServer([]);
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const target = (more: object = {}): object => ({ lab: { kind: 'slurm', runs: join(folder, 'runs'), ...more } });

test('a target is checked before anything is asked of it', async () => {
  await expect(server.connection.sendRequest(submitRunMethod, { config, targets: target({ runs: 'runs' }), target: 'lab' }))
    .rejects.toMatchObject({ data: { code: 'bad-config', message: expect.stringMatching(/"lab" in the setting attentionScope\.targets.*"runs": expected an absolute path/) } });
  for (const method of [listJobsMethod, cancelJobMethod]) {
    await expect(server.connection.sendRequest(method, { targets: target(), target: 'other', job: '1' }))
      .rejects.toMatchObject({ data: { code: 'bad-argument', message: expect.stringContaining('there are: lab') } });
  }
  await expect(server.connection.sendRequest(submitRunMethod, { config: 'toy.json', targets: target(), target: 'lab' }))
    .rejects.toMatchObject({ data: { code: 'bad-argument', message: expect.stringContaining('an absolute path') } });
});

test.skipIf(process.platform === 'win32')('what is missing on the cluster is named, and nothing is made there', async () => {
  await expect(server.connection.sendRequest(submitRunMethod, { config, targets: target({ node: '/absent/node' }), target: 'lab' }))
    .rejects.toMatchObject({ data: { code: 'no-such-file', message: expect.stringMatching(/has no (sbatch on its PATH|Node "\/absent\/node")/) } });
  expect(await readdir(folder)).not.toContain('runs');
});
