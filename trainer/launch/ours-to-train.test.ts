import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlRun } from './control-run.ts';

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'ours-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

const job = { format: 'attention-scope-job', formatVersion: 1, target: 'lab', job: '4711', submitted: '2026-01-02T03:04:05.000Z' };
const stopped = `${JSON.stringify({ type: 'stopped', attempt: 1, step: 5, time: '2026-01-02T03:04:05.000Z' })}\n`;

async function put(path: string, content: string | object): Promise<void> {
  await mkdir(join(runs, path, '..'), { recursive: true });
  await writeFile(join(runs, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const resume = (name: string): Promise<void> => controlRun({ folder: join(runs, name), wish: 'resume', atOnce: 1 });

test('a run of a cluster is not resumed on this machine: who wants it submits it again, with this command', async () => {
  await put('toy/job.json', job);
  await put('toy/config.attention.json', '{}');
  await put('toy/origin.json', { origin: join(runs, 'my configs', 'toy.attention.json') });
  await put('toy/events.jsonl', stopped);
  await expect(resume('toy')).rejects.toMatchObject({
    code: 'bad-argument',
    message: expect.stringMatching(/the cluster lab, as job 4711/),
    hint: expect.stringContaining(`attention-scope submit "${join(runs, 'my configs', 'toy.attention.json')}" --target lab --name toy --resume`),
  });
});

test('so is one of a sweep that was submitted; one of a sweep here waits for its turn', async () => {
  await put('rates/sweep.json', '{}');
  await put('rates/0000/config.attention.json', '{}');
  await put('rates/writer.json', { pid: process.pid, host: hostname() });
  await expect(resume('rates/0000')).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('waits for its turn in the sweep') });
  await put('rates/job.json', { ...job, tasks: 4 });
  await expect(resume('rates/0000')).rejects.toMatchObject({ code: 'bad-argument', hint: expect.stringContaining('attention-scope sweep SPEC.json --target lab --resume') });
});

test('one that is finished is finished, wherever it was trained', async () => {
  await put('toy/job.json', job);
  await put('toy/events.jsonl', stopped.replace('stopped', 'finished'));
  await expect(resume('toy')).rejects.toMatchObject({ message: expect.stringContaining('is finished') });
});
