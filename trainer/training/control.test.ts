import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { askRun, forgetWish, Wishes } from './control.ts';

vi.mock('node:fs', { spy: true });

let run: string;
beforeEach(async () => {
  vi.useFakeTimers();
  run = await mkdtemp(join(tmpdir(), 'control-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(run, { recursive: true, force: true });
});

const never = new AbortController().signal;
/** Within a second and a bit, a wish is heeded. */
const aMoment = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_050);

describe('what is wanted of a run', () => {
  test('is looked for once a second, by one cheap call while nothing is wanted, also where no step asks', async () => {
    const wishes = new Wishes(run, never);
    const looks = (): number[] => [vi.mocked(statSync), vi.mocked(readFileSync)].map(({ mock }) => mock.calls.filter(([path]) => String(path).startsWith(run)).length);
    for (let step = 0; step < 1_000; step++) wishes.isToPause();
    expect(looks()).toEqual([1, 0]);
    await aMoment();
    expect(looks()).toEqual([2, 0]);
    await wishes.end();
  });

  test('is to wait, then to go on', async () => {
    const wishes = new Wishes(run, never);
    expect(wishes.isToPause()).toBe(false);
    await askRun(run, 'pause');
    await aMoment();
    expect(wishes.isToPause()).toBe(true);
    const gone = wishes.untilRun();
    // Who waits goes on waiting where the file is broken, or gone: no wish is no wish to go on.
    await writeFile(join(run, 'control.json'), '{"wish": "ru');
    let hasGone = false;
    void gone.then(() => (hasGone = true));
    await aMoment();
    await forgetWish(run);
    await aMoment();
    expect(hasGone).toBe(false);
    await askRun(run, 'run');
    await aMoment();
    expect(hasGone).toBe(true);
    expect(wishes.isToPause()).toBe(false);
    await wishes.end();
    expect(await readdir(run)).toEqual(['control.json']);
  });

  test('is to stop, while it computes or waits; granted, it is no wish for whoever goes on', async () => {
    const wishes = new Wishes(run, never);
    await askRun(run, 'pause');
    await aMoment();
    expect(wishes.isToPause()).toBe(true);
    const gone = wishes.untilRun();
    await askRun(run, 'stop');
    await Promise.all([aMoment(), expect(gone).rejects.toMatchObject({ name: 'AbortError' })]);
    expect(() => wishes.isToPause()).toThrow();
    expect(wishes.signal.aborted).toBe(true);
    await wishes.end();
    expect(await readdir(run)).toEqual([]);
  });

  test.each(['', '{"wish"', '{"wish": "dance"}', '[]', 'null'])('is nothing where the file says %j', async text => {
    await writeFile(join(run, 'control.json'), text);
    const wishes = new Wishes(run, never);
    expect(wishes.isToPause()).toBe(false);
    await wishes.end();
  });

  test('is to stop, too, by the signal that it was started with, also while it waits', async () => {
    const controller = new AbortController();
    const wishes = new Wishes(run, controller.signal);
    await askRun(run, 'pause');
    await aMoment();
    expect(wishes.isToPause()).toBe(true);
    const gone = wishes.untilRun();
    controller.abort();
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    await wishes.end();
    expect(await readdir(run)).toEqual(['control.json']);
  });
});
