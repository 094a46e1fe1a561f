import { describe, expect, it, vi } from 'vitest';
import type { Memento } from 'vscode';
import type { RunState } from '../../protocol/runs.ts';
import { Endings } from './endings.ts';
import { runOf } from './run.fixture.ts';

function memory(): Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string, otherwise?: unknown) => values.get(key) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  } as Memento;
}

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

  it('is told on return where it came while the window was closed', async () => {
    const workspace = memory();
    await windowOf({ workspace }).changed('a', 'running');
    const { told, changed } = windowOf({ workspace });
    await changed('a', 'finished');
    expect(told).toEqual(['a finished']);
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
