import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { TranslateParams } from '../../protocol/server.ts';
import type { Trace, TraceProgress } from '../../protocol/trace.ts';
import { abortable } from '../abortable.ts';
import { AnnotationStore } from '../annotations/store.ts';
import { traceOf } from '../annotations/trace.fixture.ts';
import { TraceCache } from './cache.ts';
import type { Passage } from './passage.ts';
import { Session } from './session.ts';

const uri = 'file:///a.txt';
const passage = (text: string, start = 0): Passage => ({ uri, languageId: 'plaintext', text, span: { start, end: start + text.length } });

interface Call {
  readonly params: TranslateParams;
  readonly progress: (progress: TraceProgress) => void;
  readonly answer: () => void;
  readonly fail: (failure: Failure) => void;
}

/** A session whose translator answers when the test says so. */
function make() {
  const calls: Call[] = [];
  const panel: string[] = [];
  const failures: string[] = [];
  const store = new AnnotationStore(() => undefined);
  const session = new Session({
    store,
    cache: new TraceCache(),
    model: () => ({ model: 'en-fr', beam: 1 }),
    translate: (params, progress, signal) =>
      abortable(
        new Promise<Trace>((resolve, reject) => {
          calls.push({ params, progress, answer: () => resolve(traceOf(params.text, params.text.toUpperCase(), [[1]])), fail: reject });
        }),
        signal,
      ),
    panel: {
      begin: () => panel.push('begin'),
      progress: progress => panel.push(progress.kind),
      end: trace => panel.push(`end ${trace.target.text}`),
      failed: failure => panel.push(`failed ${failure.code}`),
    },
    setShown: () => undefined,
    withProgress: (_title, _controller, work) => work,
    changed: () => undefined,
    failed: failure => failures.push(failure.code),
  });
  /** The call of that number, once it was made. */
  const call = async (index: number): Promise<Call> => {
    for (let turn = 0; turn < 50; turn++) {
      const made = calls[index];
      if (made !== undefined) return made;
      await Promise.resolve();
    }
    throw new Error(`There is no call ${index}.`);
  };
  return { session, store, calls, call, panel, failures };
}

const partial: TraceProgress = { kind: 'target', sentence: 0, from: 0, at: 0, text: '', tokens: [], rows: [] };

describe('translating', () => {
  it('annotates each selection, one after another', async () => {
    const { session, store, calls, call, panel } = make();
    const run = session.run([passage('one', 0), passage('two', 10)]);
    (await call(0)).answer();
    const second = await call(1);
    expect(store.in(uri).map(({ trace }) => trace.target.text)).toEqual(['ONE']);
    second.answer();
    expect((await run).map(({ annotation }) => annotation?.span.start)).toEqual([0, 10]);
    expect(calls).toHaveLength(2);
    expect(panel).toEqual(['begin', 'end ONE', 'begin', 'end TWO']);
    expect(session.running).toBe(false);
  });

  it('asks the worker once for the same text', async () => {
    const { session, calls, call, panel } = make();
    const first = session.run([passage('one')]);
    (await call(0)).answer();
    await first;
    const [again] = await session.run([passage('one', 30)]);
    expect(again?.annotation?.span.start).toBe(30);
    expect(calls).toHaveLength(1);
    expect(panel.slice(-2)).toEqual(['begin', 'end ONE']);
  });

  it('lets a newer request supersede the older, of which nothing is heard any more', async () => {
    const { session, store, call, panel, failures } = make();
    const older = session.run([passage('one'), passage('more', 5)]);
    const late = await call(0);
    const newer = session.run([passage('two', 10)]);
    expect(await older).toEqual([]);
    late.progress(partial);
    late.answer();
    (await call(1)).answer();
    await newer;
    expect(panel).toEqual(['begin', 'begin', 'end TWO']);
    expect(store.in(uri).map(({ trace }) => trace.target.text)).toEqual(['TWO']);
    expect(failures).toEqual(['superseded']);
  });

  it('ends at once when it is cancelled, and the next request works', async () => {
    const { session, store, call, failures } = make();
    const run = session.run([passage('one')]);
    await call(0);
    session.cancel();
    expect(await run).toEqual([]);
    expect(failures).toEqual(['cancelled']);
    expect(store.in(uri)).toEqual([]);
    const next = session.run([passage('two')]);
    (await call(1)).answer();
    expect(await next).toHaveLength(1);
  });

  it('goes on with the other selections when one fails, and tells of the first failure only', async () => {
    const { session, store, call, failures } = make();
    const run = session.run([passage('ЖЖЖ'), passage('two', 10), passage('ЯЯЯ', 20)]);
    (await call(0)).fail(new Failure('unsupported-script', 'Cyrillic', ''));
    (await call(1)).answer();
    (await call(2)).fail(new Failure('unsupported-script', 'Cyrillic', ''));
    expect(await run).toHaveLength(1);
    expect(failures).toEqual(['unsupported-script']);
    expect(store.in(uri)).toHaveLength(1);
  });

  it('stops when the worker is lost', async () => {
    const { session, calls, call, failures } = make();
    const run = session.run([passage('one'), passage('two', 10)]);
    (await call(0)).fail(new Failure('worker-lost', 'gone', ''));
    await run;
    expect(calls).toHaveLength(1);
    expect(failures).toEqual(['worker-lost']);
  });

  it('does not annotate a selection that was edited meanwhile, but still returns its trace', async () => {
    const { session, store, call } = make();
    const run = session.run([passage('one', 3)]);
    const only = await call(0);
    store.edit(uri, [{ rangeOffset: 4, rangeLength: 0, text: 'x' }]);
    only.answer();
    const [result] = await run;
    expect(result?.trace.target.text).toBe('ONE');
    expect(result?.annotation).toBeUndefined();
  });
});

describe('the cache of traces', () => {
  const key = (text: string, model = 'en-fr', beam = 1) => ({ model, text, beam, languageId: 'plaintext' });

  it('tells models, beams and texts apart', () => {
    const cache = new TraceCache();
    const trace = traceOf('a', 'b', []);
    cache.set(key('a'), trace);
    expect(cache.get(key('a'))).toBe(trace);
    for (const other of [key('A'), key('a', 'en-de'), key('a', 'en-fr', 5), { ...key('a'), languageId: 'python' }]) {
      expect(cache.get(other)).toBeUndefined();
    }
  });

  it('forgets what was used longest ago', () => {
    const cache = new TraceCache(2);
    const trace = traceOf('a', 'b', []);
    for (const text of ['a', 'b']) cache.set(key(text), trace);
    cache.get(key('a'));
    cache.set(key('c'), trace);
    expect(['a', 'b', 'c'].map(text => cache.get(key(text)) !== undefined)).toEqual([true, false, true]);
  });
});
