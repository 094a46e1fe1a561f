/**
 *   npx tsx test/slurm/simulate.ts [--runs N] [--events N] [--folder DIR]
 *
 * What a sweep of many runs asks of a file system, by the code that trainings write with and leaderboards read with; nothing is
 * trained, and the checkpoints are of a few bytes (docs/scale.md). With a folder on a network file system, it measures that.
 */
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SweepWatcher } from '../../trainer/cluster/sweep/leaderboard.ts';
import { folderOf } from '../../trainer/cluster/sweep/folder.ts';
import { RunDirectory } from '../../trainer/training/run-directory.ts';
import type { RunRecord } from '../../trainer/training/run-record.ts';
import { toyConfig } from '../../trainer/training/training.fixture.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' }, events: { type: 'string', default: '20' }, folder: { type: 'string', default: tmpdir() } } });
const runs = Number(values.runs);
const events = Number(values.events);
/** Runs that are written at a time. */
const writers = 64;
const folder = await mkdtemp(join(values.folder, 'simulated-'));
const sweep = join(folder, 'sweep');

const record: RunRecord = {
  format: 'attention-scope-run',
  formatVersion: 1,
  config: toyConfig(),
  dataHash: '0'.repeat(64),
  versions: { attentionScope: '0', onnxruntime: '0', node: process.version },
  provider: 'cpu',
  threads: 1,
  started: new Date().toISOString(),
};

function told(label: string, count: number, unit: string, began: number): void {
  const seconds = (performance.now() - began) / 1000;
  console.log(`${label.padEnd(52)} ${seconds.toFixed(2)} s, ${Math.round(count / seconds).toLocaleString('en')} ${unit}/s`);
}

const step = (at: number) => ({ type: 'step', loss: 3 / at, likelihood: 3 / at, gradientNorm: 1.234_567, learningRate: 0.001_234, tokensPerSecond: 4321, epoch: 1, memory: 800_000_000, processors: 1.98 }) as const;

async function simulate(index: number): Promise<void> {
  const directory = await RunDirectory.open(join(sweep, folderOf(index)), record);
  await directory.append(0, { type: 'started', parameters: 1_000_000, totalSteps: 50 * events });
  for (let event = 1; event <= events; event++) await directory.append(50 * event, step(50 * event));
  const last = 50 * events;
  await directory.append(last, { type: 'validation', likelihood: 2, perplexity: 7.4, metrics: { bleu: index % 40 }, best: true });
  await directory.writeCheckpoint(last, async aside => {
    for (const file of ['attention-model.json', 'encoder.onnx', 'decoder.onnx', 'tokenizer.json', 'state.safetensors']) await writeFile(join(aside, file), 'x');
  });
}

async function inEach(work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: writers }, async () => {
    while (next < runs) await work(next++);
  }));
}

async function sizeOf(path: string): Promise<{ files: number; bytes: number }> {
  let [files, bytes] = [0, 0];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    files++;
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return { files, bytes };
}

try {
  await mkdir(sweep);
  const settings = Array.from({ length: runs }, (_, index) => ({ folder: folderOf(index), settings: { 'training.learningRate': Math.floor(index / 4) }, seed: index % 4 }));
  await writeFile(join(sweep, 'sweep.json'), JSON.stringify({ format: 'attention-scope-sweep', formatVersion: 1, name: 'simulated', title: 'Simulated', configs: '', runs: settings }));

  let began = performance.now();
  await inEach(async index => {
    const run = join(sweep, folderOf(index));
    await mkdir(run);
    for (const file of ['config.attention.json', 'origin.json', 'label.json']) await writeFile(join(run, file), JSON.stringify(record.config));
  });
  told(`${runs} folders made, three files each`, runs * 4, 'files', began);

  began = performance.now();
  await inEach(simulate);
  told(`${runs} runs: ${events + 3} synced events and a checkpoint each`, runs * (events + 3), 'events', began);

  const one = await sizeOf(join(sweep, folderOf(0)));
  console.log(`${'a run: files and folders; bytes without its model'.padEnd(52)} ${one.files}; ${one.bytes.toLocaleString('en')}`);

  // The rest of their events, as one piece each: what is read is as large as of long runs.
  const lines = Array.from({ length: 1000 - events }, (_, more) => `${JSON.stringify({ ...step(50 * (events + more + 1)), attempt: 1, step: 50 * (events + more + 1), time: new Date().toISOString() })}\n`).join('');
  await inEach(async index => {
    const file = await open(join(sweep, folderOf(index), 'events.jsonl'), 'a');
    await file.writeFile(lines);
    await file.close();
  });
  const { size } = await stat(join(sweep, folderOf(0), 'events.jsonl'));
  console.log(`${'events.jsonl of 1,000 events, bytes'.padEnd(52)} ${size.toLocaleString('en')}`);

  const watcher = new SweepWatcher(sweep);
  began = performance.now();
  await watcher.read();
  told('the leaderboard, read for the first time', runs, 'runs', began);
  began = performance.now();
  await watcher.read();
  told('the leaderboard once more, nothing new', runs, 'runs', began);
} finally {
  await rm(folder, { recursive: true, force: true });
}
