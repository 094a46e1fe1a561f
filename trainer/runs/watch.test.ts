import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunsChanged, RunSummary } from '../../protocol/runs.ts';
import { RunsWatch } from './watch.ts';

let folder: string;
let runs: string;
let told: RunsChanged[];
let watch: RunsWatch;
let bugs: unknown[];
const onBug = (thrown: unknown): void => void bugs.push(thrown);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
  runs = join(folder, 'runs');
  mkdirSync(runs);
  told = [];
  bugs = [];
  watch = new RunsWatch(changes => void told.push(changes), { onBug });
});
afterEach(() => {
  expect(bugs).toEqual([]);
  watch.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const time = (step: number): string => new Date(1.79e12 + 1000 * step).toISOString();
const line = (type: string, step: number, fields: Readonly<Record<string, unknown>> = {}): string => `${JSON.stringify({ type, ...fields, attempt: 1, step, time: time(step) })}\n`;
const started = line('started', 0, { parameters: 10, totalSteps: 100 });

function writeRun(path: string, events: string): void {
  mkdirSync(join(path, 'checkpoints'), { recursive: true });
  writeFileSync(join(path, 'run.json'), JSON.stringify({ format: 'attention-scope-run', formatVersion: 1, config: { name: 'toy', task: 'translation' }, started: time(0) }));
  writeFileSync(join(path, 'events.jsonl'), events);
}

/** As the trainer does it. */
function writeCheckpoint(run: string, step: number, files: Readonly<Record<string, string>> = { 'attention-model.json': '{}', 'weights.bin': 'xxxx' }): void {
  const name = String(step).padStart(8, '0');
  const aside = join(run, 'checkpoints', `.${name}.aside`);
  mkdirSync(aside);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(aside, file), content);
  renameSync(aside, join(run, 'checkpoints', name));
}

/** What a tree would show after all that was told. */
function shown(first: readonly RunSummary[]): Map<string, RunSummary> {
  const all = new Map(first.map(run => [run.folder, run]));
  for (const { changed, removed } of told) {
    for (const run of changed) all.set(run.folder, run);
    for (const gone of removed) all.delete(gone);
  }
  return all;
}

const soon = { timeout: 20_000, interval: 20 };

test('runs, those in folders that group them, and folds are found; what else lies there is none', async () => {
  writeRun(join(runs, 'one'), started + line('step', 10, { loss: 2 }) + line('validation', 10, { likelihood: 1.5, perplexity: 4, metrics: { bleu: 20, chrf: 30 }, best: true }) + line('stopped', 10));
  writeFileSync(join(runs, 'one', 'job.json'), JSON.stringify({ format: 'attention-scope-job', formatVersion: 1, target: 'lab', submitted: time(0), job: '4711' }));
  writeRun(join(runs, 'sweep', 'a'), started + line('failed', 3, { message: 'no room' }));
  writeRun(join(runs, 'crossed', 'toy', 'fold-1'), started + line('finished', 100, { reason: 'all-epochs', bestStep: 0 }));
  writeRun(join(runs, '.trash', 'gone'), started);
  writeRun(join(runs, 'dying'), started + line('step', 10, { loss: 2 }));
  mkdirSync(join(runs, 'empty'));
  writeFileSync(join(runs, 'notes.txt'), 'no run');
  writeCheckpoint(join(runs, 'one'), 10);
  // Half a copy has no manifest yet.
  writeCheckpoint(join(runs, 'one'), 20, { 'weights.bin': 'x' });
  mkdirSync(join(runs, 'one', 'checkpoints', '.00000030.aside'));
  const { runs: first, problems } = await watch.watch([runs]);
  expect(problems).toEqual([]);
  // A busy machine tells some of them afterwards.
  await vi.waitFor(() => expect(shown(first).size).toBe(4), soon);
  const found = [...shown(first).values()];
  expect(found.map(({ name, experiment, state }) => [name, experiment, state]).toSorted()).toEqual([
    ['a', 'sweep', 'failed'],
    ['dying', 'toy', 'interrupted'],
    ['fold-1', 'toy', 'finished'],
    ['one', 'toy', 'stopped'],
  ]);
  expect(found.find(({ name }) => name === 'a')?.message).toBe('no room');
  expect(found.find(({ name }) => name === 'one')).toEqual({
    folder: join(runs, 'one'), format: 'attention-scope', name: 'one', experiment: 'toy', tags: [], task: 'translation', state: 'stopped', step: 10, totalSteps: 100,
    loss: 2, metric: { name: 'bleu', value: 20, best: 20 }, secondsLeft: null, started: time(0), updated: time(10), message: null, job: { target: 'lab', job: '4711' },
    checkpoints: [{ step: 10, folder: join(runs, 'one', 'checkpoints', '00000010'), bytes: 6, best: true, metric: 20, likelihood: 1.5 }],
  });
});

test('a run that lives: its steps, its checkpoint, its end, its name', async () => {
  const run = join(runs, 'one');
  writeRun(run, '');
  writeFileSync(join(run, 'writer.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
  const first = (await watch.watch([runs])).runs;
  expect(first).toMatchObject([{ state: 'preparing', secondsLeft: null }]);
  const now = (): RunSummary | undefined => shown(first).get(run);
  appendFileSync(join(run, 'events.jsonl'), started.replace(time(0), new Date().toISOString()));
  for (let step = 1; step <= 20; step++) {
    const event = { type: 'step', loss: 1 / step, attempt: 1, step, time: new Date(Date.now() + 2000 * step).toISOString() };
    appendFileSync(join(run, 'events.jsonl'), `${JSON.stringify(event)}\n`);
  }
  await vi.waitFor(() => expect(now()).toMatchObject({ state: 'running', step: 20, loss: 0.05, secondsLeft: 160 }), soon);
  writeCheckpoint(run, 20);
  await vi.waitFor(() => expect(now()?.checkpoints).toMatchObject([{ step: 20 }]), soon);
  appendFileSync(join(run, 'events.jsonl'), `{"type":"paused","attempt":1,"step":20,"time":"${new Date(Date.now() + 60_000).toISOString()}"}\n`);
  await vi.waitFor(() => expect(now()).toMatchObject({ state: 'paused', secondsLeft: null }), soon);
  writeFileSync(join(run, '.label.json.aside'), JSON.stringify({ name: 'The one', tags: ['good'] }));
  renameSync(join(run, '.label.json.aside'), join(run, 'label.json'));
  await vi.waitFor(() => expect(now()).toMatchObject({ name: 'The one', tags: ['good'] }), soon);
  rmSync(join(run, 'writer.json'));
  await vi.waitFor(() => expect(now()?.state).toBe('interrupted'), soon);
  writeFileSync(join(run, 'request.json'), '{}');
  await vi.waitFor(() => expect(now()?.state).toBe('queued'), soon);
}, 120_000);

test('a process that is gone without a word is missed', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  const run = join(runs, 'one');
  writeRun(run, started.replace(time(0), new Date(Date.now() + 60_000).toISOString()));
  writeFileSync(join(run, 'writer.json'), JSON.stringify({ pid: other.pid, host: hostname() }));
  const first = (await watch.watch([runs])).runs;
  expect(first).toMatchObject([{ state: 'running' }]);
  const gone = new Promise(resolve => other.once('exit', resolve));
  other.kill('SIGKILL');
  await gone;
  await vi.waitFor(() => expect(shown(first).get(run)?.state).toBe('interrupted'), soon);
}, 60_000);

test('runs come and go, and so does the folder that they are in', async () => {
  writeRun(join(runs, 'one'), started);
  const first = (await watch.watch([runs])).runs;
  const names = (): string[] => [...shown(first).values()].map(({ name }) => name).toSorted();
  expect(names()).toEqual(['one']);
  writeRun(join(folder, 'two'), started);
  renameSync(join(folder, 'two'), join(runs, 'two'));
  await vi.waitFor(() => expect(names()).toEqual(['one', 'two']), soon);
  mkdirSync(join(runs, '.trash'));
  renameSync(join(runs, 'one'), join(runs, '.trash', 'one'));
  await vi.waitFor(() => expect(names()).toEqual(['two']), soon);
  renameSync(runs, join(folder, 'elsewhere'));
  await vi.waitFor(() => expect(names()).toEqual([]), soon);
  mkdirSync(runs);
  writeRun(join(runs, 'three'), started);
  await vi.waitFor(() => expect(names()).toEqual(['three']), soon);
  // It is watched as before.
  appendFileSync(join(runs, 'three', 'events.jsonl'), line('stopped', 7));
  await vi.waitFor(() => expect(shown(first).get(join(runs, 'three'))?.state).toBe('stopped'), soon);
  expect((await watch.watch([])).runs).toEqual([]);
}, 120_000);

test('what cannot be read is said, and what is not there yet is no problem', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { runs: found, problems } = await watch.watch([join(folder, 'none'), join(folder, 'file')]);
  expect(found).toEqual([]);
  expect(problems).toEqual([expect.stringContaining(join(folder, 'file'))]);
});

test('what is known of many runs is kept, believed while they look the same, and nobody else’s word is taken', async () => {
  for (let run = 0; run < 60; run++) writeRun(join(runs, `run-${run}`), started + line('stopped', 7));
  const old = new Date(Date.now() - 60_000);
  for (let run = 0; run < 60; run++) for (const name of ['events.jsonl', 'checkpoints', '.']) utimesSync(join(runs, `run-${run}`, name), old, old);
  await watch.watch([runs]);
  const kept = join(runs, '.runs.json');
  await vi.waitFor(() => expect(existsSync(kept)).toBe(true), soon);
  appendFileSync(join(runs, 'run-3', 'events.jsonl'), line('finished', 9));
  // As whoever reads it believes it, so that it is seen to be read.
  writeFileSync(kept, readFileSync(kept, 'utf8').replaceAll('"state":"stopped"', '"state":"failed"'));
  const statesOf = async (): Promise<Map<string, string>> => {
    const changes: RunsChanged[] = [];
    const next = new RunsWatch(changed => void changes.push(changed), { onBug });
    const found = new Map((await next.watch([runs])).runs.map(({ name, state }) => [name, state]));
    await vi.waitFor(() => {
      for (const { changed } of changes.splice(0)) for (const { name, state } of changed) found.set(name, state);
      expect(found.size).toBe(60);
    }, soon);
    next.dispose();
    return found;
  };
  const states = await statesOf();
  expect([states.get('run-2'), states.get('run-3')]).toEqual(['failed', 'finished']);
  writeFileSync(kept, readFileSync(kept, 'utf8').replaceAll('"step":', '"stop":'));
  expect([...(await statesOf()).values()].filter(state => state === 'stopped')).toHaveLength(59);
}, 60_000);

test('logs of other programs are runs beside ours, and what is no log is none', async () => {
  mkdirSync(join(runs, 'keras'));
  writeFileSync(join(runs, 'keras', 'metrics.csv'), 'step,loss,val_accuracy\n1,3,0.1\n2,2,0.3\n3,1.5,0.2\n');
  writeFileSync(join(runs, 'words.csv'), 'word,meaning\nHaus,house\n');
  const first = (await watch.watch([runs])).runs;
  const log = join(runs, 'keras');
  await vi.waitFor(() => expect([...shown(first).values()]).toMatchObject([{ folder: log, name: 'keras', format: 'csv', experiment: 'runs', state: 'running', step: 3, loss: 1.5, metric: { value: 0.2, best: 0.3 } }]), soon);
  appendFileSync(join(log, 'metrics.csv'), '4,1.25,0.4\n');
  await vi.waitFor(() => expect(shown(first).get(log)).toMatchObject({ step: 4, loss: 1.25, metric: { best: 0.4 } }), soon);
}, 60_000);

test('a folder of runs becomes a run and a run becomes a folder of runs, even one that was kept', async () => {
  writeRun(join(runs, 'a'), started);
  const first = (await watch.watch([runs])).runs;
  rmSync(join(runs, 'a'), { recursive: true });
  writeRun(join(runs, 'a', 'inner'), started);
  await vi.waitFor(() => expect([...shown(first).keys()]).toEqual([join(runs, 'a', 'inner')]), soon);
}, 60_000);

test('on another machine everything is found without being told', async () => {
  const far = new RunsWatch(changes => void told.push(changes), { isElsewhere: () => true, onBug });
  // What is written is looked at more often.
  const later = (text: string, step: number): string => text.replace(time(step), new Date(Date.now() + 60_000).toISOString());
  writeRun(join(runs, 'one'), later(started, 0));
  writeFileSync(join(runs, 'one', 'writer.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
  const first = (await far.watch([runs])).runs;
  appendFileSync(join(runs, 'one', 'events.jsonl'), later(line('stopped', 7), 7));
  writeRun(join(runs, 'two'), started);
  await vi.waitFor(() => expect([...shown(first).values()].map(({ name, state }) => [name, state]).toSorted()).toEqual([['one', 'stopped'], ['two', 'interrupted']]), soon);
  far.dispose();
}, 60_000);
