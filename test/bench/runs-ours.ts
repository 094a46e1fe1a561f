/**
 * Measures one thing about reading runs, in a process that has read none before:
 *
 *     runs-ours.ts write|idle|polled|busy|curve|indexed|unseen|whole|seen|checkpoint FOLDER
 */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RunLibrary } from '../../trainer/runs/library.ts';
import { RunsWatch } from '../../trainer/runs/watch.ts';
import type { Way } from './runs.ts';

const [name = '', folder = ''] = process.argv.slice(2);
const [many, live, long] = [join(folder, 'many'), join(folder, 'live'), join(folder, 'long', 'run')];

const onBug = (thrown: unknown): void => {
  throw thrown;
};

const time = (step: number): string => new Date(1.79e12 + 300 * step).toISOString();
const line = (type: string, step: number, fields: Readonly<Record<string, unknown>>): string => `${JSON.stringify({ type, ...fields, attempt: 1, step, time: time(step) })}\n`;
const stepLine = (step: number): string =>
  line('step', step, { loss: 8 / Math.sqrt(step) + Math.random(), likelihood: 8 / Math.sqrt(step) + Math.random(), gradientNorm: Math.random(), learningRate: 0.001 * Math.random(), tokensPerSecond: 2115, epoch: 0 });
const validationLine = (step: number): string => line('validation', step, { likelihood: Math.random(), perplexity: 3 + Math.random(), metrics: { bleu: 40 * Math.random() }, best: true });
const sampleLine = (step: number): string => line('sample', step, { source: 'Ein kurzer Satz, wie er im Korpus steht.', target: 'A short sentence as it is in the corpus.', reference: 'A short sentence.' });

function writeRun(run: string, steps: number, every: number): void {
  mkdirSync(join(run, 'checkpoints'), { recursive: true });
  writeFileSync(join(run, 'run.json'), JSON.stringify({ format: 'attention-scope-run', formatVersion: 1, config: { name: 'bench', task: 'translation', training: { epochs: 6, learningRate: 0.002 } }, started: time(0) }));
  const file = openSync(join(run, 'events.jsonl'), 'w');
  let text = line('started', 0, { parameters: 4_267_776, totalSteps: steps });
  for (let step = 1; step <= steps; step++) {
    text += stepLine(step) + (step % every === 0 ? validationLine(step) + sampleLine(step).repeat(4) : '');
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text + line('stopped', steps, {}));
  closeSync(file);
}

function writeCheckpoint(run: string, step: number): void {
  const stepName = String(step).padStart(8, '0');
  const aside = join(run, 'checkpoints', `.${stepName}.aside`);
  mkdirSync(aside);
  for (const file of ['attention-model.json', 'encoder.onnx', 'decoder.onnx', 'tokenizer.json', 'weights.bin']) writeFileSync(join(aside, file), 'x');
  renameSync(aside, join(run, 'checkpoints', stepName));
}

/** A run that this process writes, in a folder of its own. */
function writeLive(): string {
  const run = join(live, 'run');
  rmSync(live, { recursive: true, force: true });
  writeRun(run, 250, 50);
  writeFileSync(join(run, 'writer.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
  appendFileSync(join(run, 'events.jsonl'), `${JSON.stringify({ type: 'resumed', attempt: 2, step: 250, fromStep: 250, totalSteps: 1_000_000, time: new Date(Date.now() + 60_000).toISOString() })}\n`);
  return run;
}

/** Share of a core, in percent, that this process takes while it waits so long. */
async function share(milliseconds: number): Promise<number> {
  const [before, began] = [process.cpuUsage(), performance.now()];
  await setTimeout(milliseconds);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / (performance.now() - began);
}

async function following(isRemote: boolean, milliseconds: number): Promise<number[]> {
  writeLive();
  const watch = new RunsWatch(() => undefined, { onBug, ...(isRemote && { isElsewhere: () => true }) });
  await watch.watch([live]);
  // What is done once is no part of it; V8 tidies its memory in the half minute after the last work.
  await setTimeout(40_000);
  const found = await share(milliseconds);
  watch.dispose();
  return [found];
}

async function listed(path: string, all: boolean): Promise<number[]> {
  const began = performance.now();
  const found = new Set<string>();
  const watch = new RunsWatch(({ changed }) => changed.forEach(run => found.add(run.folder)), { onBug });
  for (const run of (await watch.watch([path])).runs) found.add(run.folder);
  while (all && found.size < 2000) await setTimeout(1);
  const taken = performance.now() - began;
  // What was found is kept a little later, for the next that looks.
  for (let waited = 0; all && !existsSync(kept) && waited < 30_000; waited += 50) await setTimeout(50);
  watch.dispose();
  return [taken];
}

async function firstCurve(): Promise<number[]> {
  const began = performance.now();
  const { signal } = new AbortController();
  const { series } = await new RunLibrary().series({ folder: long, metrics: ['train/loss'], points: 2000 }, signal);
  if (series[0]?.count !== 1_000_000) throw new Error(`a curve of ${series[0]?.count} values was read`);
  return [performance.now() - began];
}

const kept = join(many, '.runs.json');
const index = join(long, '.index');

const ways: Readonly<Record<Way | 'write', () => Promise<number[]>>> = {
  write: async () => {
    const old = new Date(Date.now() - 60_000);
    for (let run = 0; run < 2000; run++) {
      const path = join(many, `run-${run}`);
      writeRun(path, 250, 50);
      for (const step of [200, 250]) writeCheckpoint(path, step);
      for (const one of ['events.jsonl', 'checkpoints', '.']) utimesSync(join(path, one), old, old);
    }
    writeRun(long, 1_000_000, 1000);
    return [];
  },
  idle: () => following(false, 20_000),
  polled: () => following(true, 20_000),
  busy: async () => {
    const run = writeLive();
    // Another process writes, or its work would be counted.
    const writer = spawn(process.execPath, ['-e', `
      const { appendFileSync } = require('node:fs');
      let step = 250;
      setInterval(() => appendFileSync(${JSON.stringify(join(run, 'events.jsonl'))}, JSON.stringify({ type: 'step', loss: Math.random(), likelihood: 1, gradientNorm: 1, learningRate: 1, tokensPerSecond: 1, epoch: 0, attempt: 2, step: ++step, time: new Date().toISOString() }) + '\\n'), 10);`]);
    let told = 0;
    const watch = new RunsWatch(() => void told++, { onBug });
    await watch.watch([live]);
    await setTimeout(3_000);
    const found = await share(20_000);
    watch.dispose();
    writer.kill('SIGKILL');
    if (told < 20) throw new Error(`only ${told} changes were told`);
    return [found];
  },
  curve: async () => {
    rmSync(index, { force: true });
    return firstCurve();
  },
  indexed: async () => {
    if (!existsSync(index)) await firstCurve();
    return firstCurve();
  },
  unseen: async () => {
    rmSync(kept, { force: true });
    return listed(many, false);
  },
  whole: async () => {
    rmSync(kept, { force: true });
    return listed(many, true);
  },
  seen: async () => {
    if (!existsSync(kept)) throw new Error('nothing was kept');
    return listed(many, true);
  },
  checkpoint: async () => {
    const run = writeLive();
    let steps: readonly number[] = [];
    const watch = new RunsWatch(({ changed }) => (steps = changed.flatMap(({ checkpoints }) => checkpoints.map(({ step }) => step))), { onBug });
    await watch.watch([live]);
    await setTimeout(1_000);
    const values: number[] = [];
    for (let step = 300; step < 330; step++) {
      const began = performance.now();
      writeCheckpoint(run, step);
      while (!steps.includes(step)) await setTimeout(1);
      values.push(performance.now() - began);
      await setTimeout(Math.random() * 400);
    }
    watch.dispose();
    return values;
  },
};

function isWay(text: string): text is Way | 'write' {
  return Object.hasOwn(ways, text);
}

if (!isWay(name)) throw new Error(`"${name}" found; ${Object.keys(ways).join(', ')} were expected`);
console.log(JSON.stringify({ values: await ways[name]() }));
