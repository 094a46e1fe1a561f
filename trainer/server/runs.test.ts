import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProtocolConnection } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  type RunDetails, runDetailsMethod, runHeadsMethod, type RunHeadsResult, runProbeMethod, type RunProbeResult, type RunsChanged, runsChangedMethod,
  runSeriesMethod, type RunSeriesResult, watchRunsMethod, type WatchRunsResult,
} from '../../protocol/runs.ts';
import { failureErrorCode } from '../../protocol/server.ts';
import { writeSafetensors } from '../checkpoints/safetensors.ts';
import { type RunningServer, startServer } from './server.fixture.ts';

let folder: string;
let run: string;
let server: RunningServer;
let connection: ProtocolConnection;

const time = (step: number): string => new Date(1.79e12 + 1000 * step).toISOString();
const line = (type: string, step: number, fields: Readonly<Record<string, unknown>> = {}): string => `${JSON.stringify({ type, ...fields, attempt: 1, step, time: time(step) })}\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-runs-'));
  run = join(folder, 'runs', 'toy');
  await mkdir(join(run, 'probes'), { recursive: true });
  await writeFile(join(run, 'run.json'), JSON.stringify({ format: 'attention-scope-run', formatVersion: 1, config: { name: 'toy', task: 'translation', training: { epochs: 2 } }, threads: 1, started: time(0) }));
  const steps = Array.from({ length: 1000 }, (_, index) => line('step', index + 1, { loss: 1000 - index, likelihood: 1 }));
  const sample = line('sample', 1000, { source: 'Haus', target: 'house', reference: 'house' });
  await writeFile(join(run, 'events.jsonl'), `${line('started', 0, { parameters: 5, totalSteps: 2000 })}torn{\n${steps.join('')}${sample}`);
  await writeSafetensors(join(run, 'probes', '00001000.safetensors'), [{ name: '0.cross.0', shape: [1, 1, 2], data: Float32Array.of(0.5, 0.5) }], { '0.source': '["a"," b"]', '0.target': '["c"]' });
  server = await startServer([]);
  ({ connection } = server);
}, 300_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const refused = (code: string, message: RegExp): object => ({ code: failureErrorCode, data: { code, message: expect.stringMatching(message), hint: expect.any(String) } });

test('runs are watched: what there is, then what changes', async () => {
  const changes: RunsChanged[] = [];
  connection.onNotification(runsChangedMethod, (changed: RunsChanged) => void changes.push(changed));
  const { runs, problems } = await connection.sendRequest<WatchRunsResult>(watchRunsMethod, { folders: [join(folder, 'runs')] });
  expect(problems).toEqual([]);
  expect(runs).toMatchObject([{ folder: run, name: 'toy', state: 'interrupted', step: 1000, totalSteps: 2000, loss: 1 }]);
  await appendFile(join(run, 'events.jsonl'), line('stopped', 1000));
  await vi.waitFor(() => expect(changes.at(-1)?.changed).toMatchObject([{ folder: run, state: 'stopped' }]), { timeout: 20_000 });
  await rm(join(folder, 'runs', 'none'), { recursive: true, force: true });
  await expect(connection.sendRequest(watchRunsMethod, { folders: ['runs'] })).rejects.toMatchObject(refused('bad-argument', /an absolute path/));
}, 120_000);

test('one run: its details, its curves, its maps', async () => {
  const details = await connection.sendRequest<RunDetails>(runDetailsMethod, { folder: run });
  expect(details).toMatchObject({
    run: { name: 'toy' },
    metrics: ['train/loss', 'train/likelihood'],
    samples: [{ step: 1000, source: 'Haus', target: 'house', reference: 'house' }],
    earlierSamples: 0,
    probes: { steps: [1000], examples: ['a b'], maps: [{ name: 'cross 0.0' }] },
    warnings: ['One line of events.jsonl could not be read and is passed over.'],
  });
  expect(details.config).toContainEqual({ key: 'training.epochs', value: '2' });
  const { series } = await connection.sendRequest<RunSeriesResult>(runSeriesMethod, { folder: run, metrics: ['train/loss', 'train/none'], from: 101, to: 900, points: 100 });
  const [loss, none] = series;
  expect(loss).toMatchObject({ metric: 'train/loss', count: 800 });
  expect([loss?.steps[0], loss?.steps.at(-1), loss?.values[0], loss?.values.at(-1), loss?.times[0]]).toEqual([101, 900, 900, 101, 1.79e12 + 101_000]);
  expect(loss?.steps.length).toBeLessThanOrEqual(102);
  expect(none).toEqual({ metric: 'train/none', steps: [], values: [], times: [], count: 0 });
  expect(await connection.sendRequest<RunProbeResult>(runProbeMethod, { folder: run, step: 1000, example: 0, map: 'cross 0.0' })).toEqual({ source: ['a', ' b'], target: ['c'], rows: [[0.5, 0.5]] });
  expect(await connection.sendRequest<RunHeadsResult>(runHeadsMethod, { folder: run })).toEqual({ steps: [1000], heads: [{ map: 'cross 0.0', entropy: [1], alignmentError: null }] });
  await expect(connection.sendRequest(runDetailsMethod, { folder: join(folder, 'none') })).rejects.toMatchObject(refused('no-such-file', /no run/));
  await expect(connection.sendRequest(runSeriesMethod, { folder: run, metrics: [], points: -1 })).rejects.toMatchObject(refused('bad-argument', /points/));
}, 120_000);
