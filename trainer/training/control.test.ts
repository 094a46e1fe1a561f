import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askRun, forgetWish, Wishes } from './control.ts';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'control-'));
});
afterEach(() => rm(run, { recursive: true, force: true }));

const never = new AbortController().signal;

describe('what is wanted of a run', () => {
  test('is to wait, then to go on', async () => {
    const wishes = new Wishes(run, never);
    expect(wishes.isToPause()).toBe(false);
    await askRun(run, 'pause');
    await expect.poll(() => wishes.isToPause()).toBe(true);
    const gone = wishes.untilRun();
    // Who waits goes on waiting where the file is broken, or gone: no wish is no wish to go on.
    await writeFile(join(run, 'control.json'), '{"wish": "ru');
    await expect(Promise.race([gone, new Promise(resolve => setTimeout(resolve, 700, 'waits'))])).resolves.toBe('waits');
    await forgetWish(run);
    await askRun(run, 'run');
    await gone;
    expect(wishes.isToPause()).toBe(false);
    await wishes.end();
    expect(await readdir(run)).toEqual(['control.json']);
  });

  test('is to stop, while it computes or waits; granted, it is no wish for whoever goes on', async () => {
    const wishes = new Wishes(run, never);
    await askRun(run, 'pause');
    await expect.poll(() => wishes.isToPause()).toBe(true);
    const gone = wishes.untilRun();
    await askRun(run, 'stop');
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
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
    await expect.poll(() => wishes.isToPause()).toBe(true);
    const gone = wishes.untilRun();
    controller.abort();
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    await wishes.end();
    expect(await readdir(run)).toEqual(['control.json']);
  });
});
