import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runOf } from '../runs/run.fixture.ts';
import { Checks } from './checks.ts';
import { isConfigPath, nameIn } from './config-name.ts';
import { assertCanBeTrained, runOfConfig } from './kept-config.ts';
import { lensesOf, lensOfRun } from './lenses.ts';

it('a config is known by its ending, and its runs by its name', () => {
  expect(['/a/my.attention.json', '/a/MY.ATTENTION.JSON', '/a/attention.json', '/a/my.json'].map(isConfigPath)).toEqual([true, true, false, false]);
  expect([nameIn('{"name": "mine"}'), nameIn('\uFEFF{"name": "mine"}'), nameIn('{"name": 3}'), nameIn('{"name": "mine"'), nameIn('null')]).toEqual(['mine', 'mine', undefined, undefined, undefined]);
});

it('the copy that a run keeps is a record of that run, however it was started; what somebody else calls so is a config', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'configs-'));
  try {
    for (const name of ['run.json', 'origin.json', 'job.json', 'notes.md']) {
      await mkdir(join(folder, name));
      for (const file of ['config.attention.json', 'other.attention.json', name]) await writeFile(join(folder, name, file), '{}');
    }
    const runOf = (...parts: readonly string[]): Promise<string | undefined> => runOfConfig(join(folder, ...parts));
    for (const name of ['run.json', 'origin.json', 'job.json']) {
      expect([await runOf(name, 'config.attention.json'), await runOf(name, 'other.attention.json')]).toEqual([join(folder, name), undefined]);
    }
    await expect(runOf('notes.md', 'config.attention.json')).resolves.toBeUndefined();
    await expect(assertCanBeTrained(join(folder, 'run.json', 'config.attention.json'))).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('is the record of what run.json was trained with') });
    await assertCanBeTrained(join(folder, 'notes.md', 'config.attention.json'));
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('what stands above a config', () => {
  const folder = `${sep}runs`;
  const run = (name: string, told: Parameters<typeof runOf>[1]) => runOf(name, { folder: `${folder}${sep}${name}`, experiment: 'mine', ...told });
  const lenses = (runs: Parameters<typeof lensesOf>[1], config: Partial<Parameters<typeof lensesOf>[0]> = {}) =>
    lensesOf({ name: 'mine', runsFolder: folder, isTrusted: true, ...config }, runs, 'uri').map(({ title, command, parameters }) => [title, command, ...parameters]);

  it('Run, where there is no run of it', () => {
    const start = ['$(play) Run', 'attentionScope.runConfig', 'uri'];
    expect(lenses([])).toEqual([start]);
    expect(lenses([run('other', { experiment: 'other' }), run('mine', { folder: `${sep}elsewhere${sep}mine` })])).toEqual([start]);
    expect(lenses([run('mine', { state: 'stopped' })], { name: undefined })).toEqual([start]);
  });

  it('Resume, where the last one was stopped or interrupted', () => {
    const older = run('mine', { state: 'interrupted', started: '2026-01-01T00:00:00Z' });
    const newer = run('mine-2', { state: 'stopped', started: '2026-01-02T00:00:00Z' });
    expect(lenses([older, newer])).toEqual([
      ['$(play) Run', 'attentionScope.runConfig', 'uri'],
      ['$(debug-continue) Resume', 'attentionScope.resumeRun', newer.folder],
      ['$(graph-line) Show Run', 'attentionScope.openRun', newer.folder],
    ]);
    expect(lenses([older, { ...newer, state: 'finished' }]).map(([title]) => title)).toEqual(['$(play) Run', '$(graph-line) Show Run']);
  });

  it('how it is doing, while it is trained or waits', () => {
    const running = run('mine', { state: 'running', step: 300, totalSteps: 1000, loss: 2.31 });
    expect(lenses([running])[0]).toEqual([expect.stringMatching(/^\$\(pulse\) mine: 30 %.*loss 2\.31/), 'attentionScope.openRun', running.folder]);
    expect(lenses([running]).map(([title]) => title)).not.toContain('$(graph-line) Show Run');
    expect(lenses([run('mine', { state: 'queued' })])[0]?.[0]).toMatch(/^\$\(clock\) mine: queued/);
  });

  it('its run alone, above the copy that a run keeps', () => {
    const stopped = run('mine', { state: 'stopped', step: 300, totalSteps: 1000 });
    expect(lensOfRun(stopped.folder, stopped)).toMatchObject({ title: '$(circle-slash) mine: stopped · 30 %', command: 'attentionScope.openRun', parameters: [stopped.folder] });
    expect(lensOfRun(stopped.folder, undefined)).toMatchObject({ title: '$(graph-line) Show Run', parameters: [stopped.folder] });
  });

  it('nothing that trains, in a workspace that is not trusted', () => {
    expect(lenses([run('mine', { state: 'stopped' })], { isTrusted: false }).map(([title]) => title)).toEqual(['$(graph-line) Show Run']);
  });
});

describe('checks of what is written', () => {
  /** Checks that the test answers, of documents that are known by their names. */
  function make() {
    const asked: { readonly name: string; readonly signal: AbortSignal; readonly answer: (problems: readonly string[]) => void; readonly fail: (error: unknown) => void }[] = [];
    const told: string[] = [];
    const checks = new Checks<string, string>({
      key: name => name,
      check: (name, signal) => new Promise((answer, fail) => asked.push({ name, signal, answer, fail })),
      tell: (name, problems) => told.push(`${name}: ${problems.join()}`),
      forget: name => told.push(`forget ${name}`),
      failed: error => told.push(`failed ${String(error)}`),
    }, 5);
    return { checks, asked, told };
  }
  const soon = (): Promise<void> => wait(30);

  it('wait until it rests, and tell of the newest alone', async () => {
    const { checks, asked, told } = make();
    for (let key = 0; key < 5; key++) checks.changed('a');
    checks.changed('b');
    await soon();
    expect(asked.map(({ name }) => name)).toEqual(['a', 'b']);
    checks.changed('a');
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.answer(['old']);
    await soon();
    asked[2]?.answer(['new']);
    asked[1]?.fail('worker lost');
    await soon();
    expect(told).toEqual(['a: new', 'failed worker lost']);
  });

  it('end when it is closed, and what was marked goes', async () => {
    const { checks, asked, told } = make();
    checks.changed('a');
    await soon();
    checks.closed('a');
    asked[0]?.answer(['late']);
    checks.changed('b');
    checks.dispose();
    await soon();
    expect([told, asked.length]).toEqual([['forget a'], 1]);
  });
});
