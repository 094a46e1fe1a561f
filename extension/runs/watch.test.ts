import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { WatchRunsParams, WatchRunsResult } from '../../protocol/runs.ts';
import { runOf } from './run.fixture.ts';
import { RunStore } from './store.ts';
import { RunsWatch } from './watch.ts';

interface Question {
  readonly folders: readonly string[];
  answer(...names: string[]): void;
  fail(failure: Failure): void;
}

/** A worker that answers when it is told to. */
function make() {
  const asked: Question[] = [];
  const failed: string[] = [];
  const store = new RunStore();
  let folders = ['/runs'];
  const watch = new RunsWatch({
    ask: (_method, params) => new Promise<WatchRunsResult>((resolve, reject) => {
      asked.push({
        folders: (params as WatchRunsParams).folders,
        answer: (...names) => resolve({ runs: names.map(name => runOf(name)), problems: [] }),
        fail: reject,
      });
    }) as never,
    folders: () => folders,
    failed: failure => failed.push(failure.code),
    problems: () => undefined,
  }, store);
  const names = (): string[] => store.all.map(run => run.name);
  return { watch, asked, failed, names, setFolders: (next: string[]) => (folders = next) };
}

describe('watching runs', () => {
  it('begins once, however often it is wanted', async () => {
    const { watch, asked, names } = make();
    await watch.again();
    await watch.workerStarted();
    expect(asked).toHaveLength(0);
    const both = Promise.all([watch.begin(), watch.begin()]);
    // The worker was started by the question itself.
    await watch.workerStarted();
    expect(asked).toHaveLength(1);
    asked[0]?.answer('a', 'b');
    await both;
    expect(names()).toEqual(['a', 'b']);
  });

  it('goes on with the next worker, also where the question died with the last one', async () => {
    const { watch, asked, failed, names } = make();
    const begun = watch.begin();
    asked[0]?.fail(new Failure('worker-lost', 'It is gone.', 'Ask again.'));
    await begun;
    expect(failed).toEqual(['worker-lost']);
    const again = watch.workerStarted();
    asked[1]?.answer('a');
    await again;
    const third = watch.workerStarted();
    asked[2]?.answer('b');
    await third;
    expect(names()).toEqual(['b']);
  });

  it('asks anew where the folders are others, and takes no late answer for the old ones', async () => {
    const { watch, asked, names, setFolders } = make();
    const begun = watch.begin();
    await watch.foldersMayDiffer();
    expect(asked).toHaveLength(1);
    setFolders(['/other']);
    const again = watch.foldersMayDiffer();
    expect(asked.map(({ folders }) => folders)).toEqual([['/runs'], ['/other']]);
    asked[1]?.answer('new');
    await again;
    asked[0]?.answer('old');
    await begun;
    expect(names()).toEqual(['new']);
  });
});

describe('the store', () => {
  it('tells of what differs alone', () => {
    const store = new RunStore();
    const told: string[] = [];
    store.onDidChange(({ changed, removed }) => told.push([...changed.map(run => `+${run.name}`), ...removed.map(folder => `-${folder}`)].join(' ')));
    store.replace([runOf('a'), runOf('b')]);
    store.replace([runOf('a'), runOf('b')]);
    store.replace([runOf('a', { step: 5 })]);
    expect(told).toEqual(['+a +b', '+a -/runs/b']);
    expect(store.get('/runs/a')?.step).toBe(5);
  });
});
