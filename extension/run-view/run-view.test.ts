import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { ToRunPage, Wanted } from '../../protocol/run-page.ts';
import { runDetailsMethod, runHeadsMethod, runProbeMethod, runSeriesMethod, type RunDetails, type RunSummary } from '../../protocol/runs.ts';
import { abortable } from '../abortable.ts';
import { RunStore } from '../runs/store.ts';
import { RunDialogue } from './dialogue.ts';
import { refreshEvery } from './followed-run.ts';
import { foldersOfState, parseFromRunPage } from './messages.ts';
import { Refresher } from './refresher.ts';
import type { RunsAsk } from './services.ts';

interface Call {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly answer: (result: unknown) => void;
  readonly fail: (failure: Failure) => void;
}

const checkpoint = (step: number) => ({ step, folder: `/runs/a/checkpoints/${step}`, bytes: 1, best: false, metric: null, likelihood: null });
const summaryOf = (folder: string, step = 1): RunSummary => ({
  folder, format: 'attention-scope', name: folder.slice(6), experiment: 'x', tags: [], task: 'translation', state: 'running', step, totalSteps: 100,
  loss: 1, metric: null, secondsLeft: null, started: null, updated: null, message: null, job: null, checkpoints: [checkpoint(10), checkpoint(20)],
});
const detailsOf = (folder: string, steps: readonly number[] = []): RunDetails => ({
  run: summaryOf(folder), config: [], metrics: ['loss'], samples: [], earlierSamples: 0, probes: { steps, examples: [], maps: [] }, warnings: [],
});
const wanted = (more: Partial<Wanted> = {}): { type: 'want'; wanted: Wanted } => ({ type: 'want', wanted: { curves: [{ folder: '/runs/a', metrics: ['loss'] }], points: 512, heads: null, ...more } });
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

/** A dialogue with a worker that answers when the test says so. */
function make(folders: readonly string[] = ['/runs/a']) {
  const calls: Call[] = [];
  const posted: ToRunPage[] = [];
  const runs = new RunStore();
  runs.replace(folders.map(folder => summaryOf(folder)));
  const wishes: (readonly [string, string])[] = [];
  const seen = { isSeen: true, hasPage: true, text: 'Ein Hund.' as string | undefined };
  const ask = (method: string, params: Record<string, unknown>, signal: AbortSignal): Promise<unknown> =>
    abortable(new Promise((resolve, reject) => calls.push({ method, params, signal, answer: resolve, fail: reject })), signal);
  const dialogue = new RunDialogue(folders, {
    ask: ask as unknown as RunsAsk, runs,
    post: message => {
      if (seen.hasPage) posted.push(message);
      return seen.hasPage;
    },
    isSeen: () => seen.isSeen,
    control: async (folder, wish) => {
      if (folder === '/runs/ended') throw new Failure('bad-argument', 'It has ended.', 'Resume it.');
      wishes.push([folder, wish]);
    },
    askForText: async () => seen.text,
  });
  const call = (index: number): Call => {
    const found = calls.at(index);
    if (found === undefined) throw new Error('nothing was asked');
    return found;
  };
  return { dialogue, calls, call, posted, runs, seen, wishes, methods: () => calls.map(({ method }) => method), types: () => posted.map(({ type }) => type) };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a page about runs', () => {
  it('is told which runs there are, then what stands in them, then what it draws', async () => {
    const { dialogue, call, posted, types } = make();
    expect(dialogue.replay()).toEqual([{ type: 'runs', runs: [{ folder: '/runs/a', name: 'a', run: summaryOf('/runs/a'), isGone: false }] }]);
    dialogue.renew();
    expect([call(0).method, call(0).params]).toEqual([runDetailsMethod, { folder: '/runs/a' }]);
    call(0).answer(detailsOf('/runs/a'));
    await settle();
    dialogue.want(wanted({ curves: [{ folder: '/runs/a', metrics: ['loss'], from: 3, to: 9 }] }));
    await vi.advanceTimersByTimeAsync(refreshEvery);
    expect([call(1).method, call(1).params]).toEqual([runSeriesMethod, { folder: '/runs/a', metrics: ['loss'], points: 512, from: 3, to: 9 }]);
    call(1).answer({ series: [] });
    await settle();
    expect(posted.at(-1)).toEqual({ type: 'curves', folder: '/runs/a', range: { from: 3, to: 9 }, series: [] });
    expect(types()).toEqual(['details', 'curves']);
  });

  it('is kept up to date while it is seen, four times a second at most', async () => {
    const { dialogue, call, calls, methods, runs, types } = make();
    dialogue.renew();
    call(0).answer(detailsOf('/runs/a'));
    await settle();
    dialogue.want(wanted());
    await vi.advanceTimersByTimeAsync(refreshEvery);
    call(1).answer({ series: [] });
    await settle();
    for (let step = 2; step < 50; step++) runs.apply({ changed: [summaryOf('/runs/a', step)], removed: [] });
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(refreshEvery);
    expect(methods().slice(2)).toEqual([runSeriesMethod]);
    call(2).answer({ series: [] });
    await settle();
    call(3).answer(detailsOf('/runs/a'));
    await settle();
    expect(methods()).toHaveLength(4);
    expect(types().filter(type => type === 'runs').length).toBeGreaterThan(0);
  });

  it('is asked for nothing while nobody looks, and for all when it is seen again', async () => {
    const { dialogue, call, calls, runs, seen } = make();
    dialogue.renew();
    call(0).answer(detailsOf('/runs/a'));
    await settle();
    seen.isSeen = false;
    runs.apply({ changed: [summaryOf('/runs/a', 7)], removed: [] });
    await vi.advanceTimersByTimeAsync(10 * refreshEvery);
    expect(calls).toHaveLength(1);
    seen.isSeen = true;
    dialogue.renew();
    await vi.advanceTimersByTimeAsync(refreshEvery);
    expect(calls).toHaveLength(2);
  });

  it('asks for the heads again with each new probe', async () => {
    const { dialogue, call, methods, runs } = make();
    dialogue.renew();
    call(0).answer(detailsOf('/runs/a', [10]));
    await settle();
    dialogue.want(wanted({ curves: [], heads: '/runs/a' }));
    await vi.advanceTimersByTimeAsync(refreshEvery);
    expect(methods().at(-1)).toBe(runHeadsMethod);
    call(-1).answer({ steps: [10], heads: [] });
    await settle();
    for (const [steps, isAsked] of [[[10], false], [[10, 20], true]] as const) {
      runs.apply({ changed: [summaryOf('/runs/a', steps.length + 5)], removed: [] });
      await vi.advanceTimersByTimeAsync(refreshEvery);
      expect(methods().at(-1)).toBe(runDetailsMethod);
      call(-1).answer(detailsOf('/runs/a', steps));
      await settle();
      expect(methods().at(-1) === runHeadsMethod).toBe(isAsked);
    }
  });

  it('says that a folder is gone, and shows it again when it is back', async () => {
    const { dialogue, call, posted, runs } = make();
    dialogue.renew();
    call(0).answer(detailsOf('/runs/a'));
    await settle();
    runs.apply({ changed: [], removed: ['/runs/a'] });
    expect(posted.at(-1)).toMatchObject({ type: 'runs', runs: [{ name: 'a', isGone: true }] });
    runs.apply({ changed: [summaryOf('/runs/a', 9)], removed: [] });
    expect(posted.at(-1)).toMatchObject({ type: 'runs', runs: [{ isGone: false, run: { step: 9 } }] });
  });

  it('says why a run cannot be read, and reads it again when asked', async () => {
    const { dialogue, call, calls, posted } = make();
    dialogue.renew();
    call(0).fail(new Failure('no-such-file', 'run.json is not there.', 'Open another folder.'));
    await settle();
    expect(posted.at(-1)).toMatchObject({ type: 'unreadable', folder: '/runs/a', failure: { message: 'run.json is not there.' } });
    dialogue.reload();
    await vi.advanceTimersByTimeAsync(refreshEvery);
    expect(calls).toHaveLength(2);
  });

  it('shows more runs and fewer, but always the first', async () => {
    const { dialogue, posted, methods } = make(['/runs/a', '/runs/b']);
    dialogue.remove('/runs/a');
    expect(dialogue.folders).toEqual(['/runs/a', '/runs/b']);
    dialogue.remove('/runs/b');
    dialogue.add(['/runs/c', '/runs/a']);
    expect(posted.at(-1)).toMatchObject({ type: 'runs', runs: [{ folder: '/runs/a' }, { folder: '/runs/c', name: 'c', run: null }] });
    expect(methods()).toEqual([runDetailsMethod]);
  });

  it('reads one probe at a time, the last that was asked for', async () => {
    const { dialogue, call, posted } = make();
    const at = (step: number) => ({ folder: '/runs/a', step, example: 0, map: '0' });
    void dialogue.probe(at(1));
    void dialogue.probe(at(2));
    await settle();
    expect([call(0).method, call(0).signal.aborted]).toEqual([runProbeMethod, true]);
    call(1).answer({ source: [], target: [], rows: [] });
    await settle();
    expect(posted).toEqual([{ type: 'probe', at: at(2), probe: { source: [], target: [], rows: [] } }]);
  });

  it('tells a run of the page what is wished of it, and no other', async () => {
    const { dialogue, wishes } = make(['/runs/a', '/runs/ended']);
    await dialogue.control('/runs/a', 'pause');
    await dialogue.control('/runs/other', 'stop');
    expect(wishes).toEqual([['/runs/a', 'pause']]);
    await expect(dialogue.control('/runs/ended', 'stop')).rejects.toThrow('It has ended.');
  });

  it('forgets what it was asked when nobody looks any more', async () => {
    const { dialogue, call, posted, runs } = make();
    dialogue.renew();
    dialogue.dispose();
    expect(call(0).signal.aborted).toBe(true);
    runs.apply({ changed: [summaryOf('/runs/a', 9)], removed: [] });
    await settle();
    expect(posted).toEqual([]);
  });
});

describe('two checkpoints over a text', () => {
  it('read the one that the user gives, and nothing where they would rather not', async () => {
    const { dialogue, posted, seen } = make();
    await dialogue.chooseText('');
    seen.text = undefined;
    await dialogue.chooseText('Ein Hund.');
    expect(posted).toEqual([{ type: 'compare-on', text: 'Ein Hund.' }]);
  });

  it('that were asked for before there was a page are told of once it comes, and once', () => {
    const { dialogue, posted, seen } = make();
    seen.hasPage = false;
    dialogue.compareOn('Ein Hund.', [10, 20]);
    seen.hasPage = true;
    dialogue.renew();
    dialogue.renew();
    expect(posted).toEqual([{ type: 'compare-on', text: 'Ein Hund.', steps: [10, 20] }]);
  });
});

describe('work that is done again', () => {
  it('is never done twice at once, and once more for all that changed meanwhile', async () => {
    const ends: (() => void)[] = [];
    const refresher = new Refresher(() => new Promise<void>(resolve => ends.push(resolve)), 100);
    for (let time = 0; time < 5; time++) refresher.want();
    await vi.advanceTimersByTimeAsync(1000);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await settle();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect(ends).toHaveLength(2);
    refresher.dispose();
    refresher.want();
    expect(ends).toHaveLength(2);
  });
});

describe('what comes out of the page', () => {
  it('is parsed, and anything else is no message', () => {
    const good = [
      { type: 'ready' }, { type: 'want', wanted: { curves: [{ folder: '/a', metrics: ['loss'], from: 1, to: 2 }], points: 512, heads: null } },
      { type: 'probe', at: { folder: '/a', step: 3, example: 0, map: 'cross 0.1' } }, { type: 'control', folder: '/a', wish: 'stop' },
      { type: 'remove', folder: '/a' }, { type: 'choose-text', proposal: 'Ein Hund.' }, { type: 'run', command: 'add' },
    ];
    expect(good.map(parseFromRunPage)).toEqual(good);
    const bad = [
      null, 'ready', {}, { type: 'want' }, { type: 'want', wanted: { curves: [{ folder: 3 }], points: 1, heads: null } }, { type: 'want', wanted: { curves: [], points: 1.5, heads: null } },
      { type: 'probe', at: { folder: '/a', step: -1, example: 0, map: '' } }, { type: 'control', folder: '/a', wish: 'explode' }, { type: 'choose-text' },
      { type: 'choose-text', proposal: 'x'.repeat(1e7) }, { type: 'run', command: 'rm' },
    ];
    expect(bad.map(parseFromRunPage)).toEqual(bad.map(() => undefined));
    expect(parseFromRunPage({ type: 'want', wanted: { curves: [], points: 1e9, heads: '/a' } })).toEqual({ type: 'want', wanted: { curves: [], points: 20_000, heads: '/a' } });
  });

  it('is how a restored page left itself: its runs', () => {
    expect([foldersOfState({ folders: ['/a', 3, '/b'] }), foldersOfState({ folders: 'x' }), foldersOfState(undefined)]).toEqual([['/a', '/b'], [], []]);
  });
});
