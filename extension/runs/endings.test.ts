import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { RunState } from '../../protocol/runs.ts';
import { Endings } from './endings.ts';
import { memory } from './memory.fixture.ts';
import { runOf } from './run.fixture.ts';

/** A window. What windows share is given; each tells in its own list. */
function windowOf({ workspace = memory(), everywhere = memory(), focus = true } = {}) {
  const told: string[] = [];
  const endings = new Endings({ workspace, everywhere, hasFocus: () => focus, tell: run => told.push(`${run.name} ${run.state}`) });
  const changed = (name: string, state: RunState, step = 1) => endings.changed({ changed: [runOf(name, { state, step })], removed: [] });
  return { told, changed, endings };
}

describe('the end of a run', () => {
  it('is told where the run was seen live, and only then', async () => {
    const { told, changed } = windowOf();
    await changed('old', 'finished');
    await changed('a', 'running');
    await changed('a', 'finished');
    await changed('a', 'finished');
    await changed('b', 'preparing');
    await changed('b', 'failed');
    expect(told).toEqual(['a finished', 'b failed']);
  });

  it('is not told to whoever stopped it, nor of one that waits again', async () => {
    const { told, changed } = windowOf();
    await changed('a', 'running');
    await changed('a', 'stopped');
    await changed('b', 'running');
    await changed('b', 'queued');
    expect(told).toEqual([]);
    await changed('b', 'interrupted');
    expect(told).toEqual(['b interrupted']);
  });

  it('is told once across windows, by the one that has the focus', async () => {
    vi.useFakeTimers();
    try {
      const everywhere = memory();
      const [behind, front] = [windowOf({ everywhere, focus: false }), windowOf({ everywhere })];
      for (const { changed } of [behind, front]) await changed('a', 'running');
      const waiting = behind.changed('a', 'finished');
      await front.changed('a', 'finished');
      await vi.advanceTimersByTimeAsync(5_000);
      await waiting;
      expect([front.told, behind.told]).toEqual([['a finished'], []]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['running', 'queued'] as const)('is told once where a run that was %s came to it while the window was closed', async state => {
    const [workspace, everywhere] = [memory(), memory()];
    await windowOf({ workspace, everywhere }).changed('a', state, 0);
    const told: string[] = [];
    for (let reload = 0; reload < 3; reload++) {
      const window = windowOf({ workspace, everywhere });
      await window.changed('a', 'finished');
      told.push(...window.told);
    }
    expect(told).toEqual(['a finished']);
  });

  it('is told of a run that was only ever seen to wait, and not where that run was only withdrawn', async () => {
    const { told, changed } = windowOf();
    await changed('quick', 'queued', 0);
    await changed('quick', 'failed');
    await changed('resumed', 'queued', 7);
    await changed('resumed', 'failed', 7);
    expect(told).toEqual(['quick failed']);
  });

  it('is told after all where the window was closed before it was', async () => {
    vi.useFakeTimers();
    try {
      const workspace = memory();
      const closed = windowOf({ workspace, focus: false });
      await closed.changed('a', 'running');
      void closed.changed('a', 'finished');
      await vi.advanceTimersByTimeAsync(500);
      expect(closed.told).toEqual([]);
      const { told, changed } = windowOf({ workspace });
      await changed('a', 'finished');
      expect(told).toEqual(['a finished']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is expected after a reload of what is there still, in the folders that are watched', async () => {
    const runs = await mkdtemp(join(tmpdir(), 'endings-'));
    try {
      const workspace = memory();
      const { endings } = windowOf({ workspace });
      const change = { changed: [runOf('gone', { state: 'running' }), runOf('there', { folder: runs, state: 'queued' })], removed: [] };
      expect(await endings.expectSome(['/runs', tmpdir()])).toBe(false);
      await endings.changed(change);
      const expects = (...folders: string[]): Promise<boolean> => windowOf({ workspace }).endings.expectSome(folders);
      expect([await expects('/runs'), await expects('/elsewhere'), await expects(tmpdir())]).toEqual([false, false, true]);
      await endings.changed({ changed: [runOf('there', { folder: runs, step: 9 })], removed: [] });
      expect(await expects(tmpdir())).toBe(false);
      // Another worker, which has not come to look at it yet.
      await endings.changed(change);
      await endings.changed({ changed: [], removed: [runs] });
      expect(await expects(tmpdir())).toBe(true);
    } finally {
      await rm(runs, { recursive: true });
    }
  });

  it('is told again when it was resumed and ended again', async () => {
    const { told, changed } = windowOf();
    await changed('a', 'running');
    await changed('a', 'failed', 10);
    await changed('a', 'running', 11);
    await changed('a', 'failed', 20);
    expect(told).toEqual(['a failed', 'a failed']);
  });

  it('is forgotten with the run', async () => {
    const { told, changed, endings } = windowOf();
    await changed('a', 'running');
    await endings.changed({ changed: [], removed: ['/runs/a'] });
    await changed('a', 'finished');
    expect(told).toEqual([]);
  });
});
