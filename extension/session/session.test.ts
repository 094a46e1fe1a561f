import { describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { Kind, Outcome } from '../../protocol/outcome.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import { abortable } from '../abortable.ts';
import { AnnotationStore } from '../annotations/store.ts';
import { classificationOf, traceOf, translated } from '../annotations/trace.fixture.ts';
import { OutcomeCache, type OutcomeKey } from './cache.ts';
import { modelFor, NoModel, type ModelChoice } from './models.ts';
import type { Said } from '../panel/host.ts';
import { Turns } from '../panel/turns.ts';
import type { Passage } from './passage.ts';
import { Session } from './session.ts';

const uri = 'file:///a.txt';
const passage = (text: string, start = 0): Passage => ({ uri, languageId: 'plaintext', text, span: { start, end: start + text.length } });

interface Call {
  readonly request: OutcomeKey;
  readonly progress: (progress: TraceProgress) => void;
  readonly answer: () => void;
  readonly fail: (failure: Failure) => void;
}

/** In capitals, or as positive. */
function outcomeOf({ kind, text }: OutcomeKey): Outcome {
  if (kind === 'classification') return { kind, classification: classificationOf(text, [1], [1]) };
  return { kind, trace: traceOf(text, text.toUpperCase(), [[1]]) };
}

function resultOf(outcome: Outcome): string | undefined {
  return outcome.kind === 'classification' ? outcome.classification.labels[0]?.label : outcome.trace.target.text;
}

/** What the panel is told, in a word or two. */
function saidOf(said: Said): string {
  switch (said.type) {
    case 'progress': return said.progress.kind;
    case 'end': return `end ${resultOf(said.outcome)}`;
    case 'failed': return `failed ${said.failure.code}`;
  }
}

/** A session whose model answers when the test says so. */
function make(settings: (kind: Kind) => Promise<{ model: string; beam: number }> = () => Promise.resolve({ model: 'en-fr', beam: 1 })) {
  const calls: Call[] = [];
  const panel: string[] = [];
  const turns = new Turns();
  const shown: (number | undefined)[] = [];
  const failures: string[] = [];
  const titles: string[] = [];
  const store = new AnnotationStore(() => undefined);
  const session = new Session({
    store,
    cache: new OutcomeCache(),
    settings,
    ask: (request, progress, signal) =>
      abortable(
        new Promise<Outcome>((resolve, reject) => {
          calls.push({ request, progress, answer: () => resolve(outcomeOf(request)), fail: reject });
        }),
        signal,
      ),
    panel: {
      begin: (kind, _model, keeps) => {
        panel.push(`${keeps ? 'keep' : 'begin'} ${kind}`);
        return turns.take(said => panel.push(saidOf(said)));
      },
    },
    setShown: id => shown.push(id),
    withProgress: (title, _cancel, work) => {
      titles.push(title);
      return work;
    },
    changed: () => undefined,
    failed: failure => failures.push(failure.message),
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
  const ask = (...passages: readonly Passage[]) => session.run('translation', passages);
  return { session, ask, store, calls, call, panel, shown, failures, titles };
}

const partial: TraceProgress = { kind: 'target', sentence: 0, from: 0, at: 0, text: '', tokens: [], rows: [] };

describe('translating', () => {
  it('annotates each selection, one after another', async () => {
    const { session, ask, store, calls, call, panel } = make();
    const run = ask(passage('one', 0), passage('two', 10));
    (await call(0)).answer();
    const second = await call(1);
    expect(store.in(uri).map(resultOf)).toEqual(['ONE']);
    second.answer();
    expect((await run).map(({ annotation }) => annotation?.span.start)).toEqual([0, 10]);
    expect(calls).toHaveLength(2);
    expect(panel).toEqual(['begin translation', 'end ONE', 'begin translation', 'end TWO']);
    expect(session.running).toBe(false);
  });

  it('asks the worker once for the same text', async () => {
    const { ask, calls, call, panel } = make();
    const first = ask(passage('one'));
    (await call(0)).answer();
    await first;
    const [again] = await ask(passage('one', 30));
    expect(again?.annotation?.span.start).toBe(30);
    expect(calls).toHaveLength(1);
    expect(panel.slice(-2)).toEqual(['begin translation', 'end ONE']);
  });

  it('lets a newer request supersede the older, of which nothing is heard any more', async () => {
    const { ask, store, call, panel, failures } = make();
    const older = ask(passage('one'), passage('more', 5));
    const late = await call(0);
    const newer = ask(passage('two', 10));
    expect(await older).toEqual([]);
    late.progress(partial);
    late.answer();
    (await call(1)).answer();
    await newer;
    expect(panel).toEqual(['begin translation', 'begin translation', 'end TWO']);
    expect(store.in(uri).map(resultOf)).toEqual(['TWO']);
    expect(failures).toEqual(['A newer request took the place of this one.']);
  });

  it('ends at once when it is cancelled, and the next request works', async () => {
    const { session, ask, store, call, failures } = make();
    const run = ask(passage('one'));
    await call(0);
    session.cancel();
    expect(await run).toEqual([]);
    expect(failures).toEqual(['The translation was cancelled.']);
    expect(store.in(uri)).toEqual([]);
    const next = ask(passage('two'));
    (await call(1)).answer();
    expect(await next).toHaveLength(1);
  });

  it('goes on with the other selections when one fails, and tells of the first failure only', async () => {
    const { ask, store, call, failures } = make();
    const run = ask(passage('ЖЖЖ'), passage('two', 10), passage('ЯЯЯ', 20));
    (await call(0)).fail(new Failure('unsupported-script', 'Cyrillic', ''));
    (await call(1)).answer();
    (await call(2)).fail(new Failure('unsupported-script', 'Cyrillic', ''));
    expect(await run).toHaveLength(1);
    expect(failures).toEqual(['Cyrillic']);
    expect(store.in(uri)).toHaveLength(1);
  });

  it('stops when the worker is lost', async () => {
    const { ask, calls, call, failures } = make();
    const run = ask(passage('one'), passage('two', 10));
    (await call(0)).fail(new Failure('worker-lost', 'gone', ''));
    await run;
    expect(calls).toHaveLength(1);
    expect(failures).toEqual(['gone']);
  });

  it('does not annotate a selection that was edited meanwhile, but still returns its trace', async () => {
    const { ask, store, call } = make();
    const run = ask(passage('one', 3));
    const only = await call(0);
    store.edit(uri, [{ rangeOffset: 4, rangeLength: 0, text: 'x' }]);
    only.answer();
    const [result] = await run;
    expect(result && resultOf(result.outcome)).toBe('ONE');
    expect(result?.annotation).toBeUndefined();
  });
});

describe('asking for something else', () => {
  it('annotates and shows each kind as what it is, and calls it so', async () => {
    const { session, store, call, panel, titles } = make();
    const kinds: readonly Kind[] = ['classification', 'reply', 'continuation'];
    for (const [index, kind] of kinds.entries()) {
      const run = session.run(kind, [passage('one', 10 * index)]);
      expect(session.current).toBe(kind);
      (await call(index)).answer();
      await run;
    }
    expect(store.in(uri).map(({ kind }) => kind)).toEqual(kinds);
    expect(panel.filter(line => line.startsWith('begin'))).toEqual(kinds.map(kind => `begin ${kind}`));
    expect(titles).toEqual(['Classifying…', 'Replying…', 'Continuing…']);
  });

  it('of the same text asks again, and of the same kind does not', async () => {
    const { session, ask, calls, call } = make();
    const first = ask(passage('one'));
    (await call(0)).answer();
    await first;
    const second = session.run('reply', [passage('one')]);
    (await call(1)).answer();
    await second;
    await session.run('reply', [passage('one', 30)]);
    expect(calls.map(({ request }) => request.kind)).toEqual(['translation', 'reply']);
  });

  it('supersedes what runs, whatever it is, an image too; the panel says so', async () => {
    const { session, ask, call, panel, failures } = make();
    const older = ask(passage('one'));
    await call(0);
    const image = session.alone('image', 'classification', 'Classifying cat.png…', () => Promise.resolve(), (_, signal) => abortable(new Promise<string>(() => undefined), signal));
    expect(await older).toEqual([]);
    expect(failures).toEqual(['A newer request took the place of this one.']);
    expect(panel).toEqual(['begin translation', 'failed superseded']);
    expect([session.current, session.runsOnText]).toEqual(['image', false]);
    session.cancel();
    await expect(image).rejects.toThrow('The classification was cancelled.');
    expect(session.running).toBe(false);
  });

  it('leaves what runs alone when it cannot begin, without a model say', async () => {
    const { session, ask, call, panel, store } = make(kind => (kind === 'reply' ? Promise.reject(new NoModel('dialogue')) : Promise.resolve({ model: 'en-fr', beam: 1 })));
    const older = ask(passage('one'));
    const first = await call(0);
    await expect(session.run('reply', [passage('two', 10)])).rejects.toThrow('There is no model that replies yet.');
    const image = session.alone('image', 'classification', '', () => Promise.reject(new NoModel('image-classification')), () => Promise.resolve());
    await expect(image).rejects.toThrow('There is no model that classifies images yet.');
    first.answer();
    expect(await older).toHaveLength(1);
    expect(panel).toEqual(['begin translation', 'end ONE']);
    expect(store.in(uri)).toHaveLength(1);
  });

  it('begins in the order of asking, however long each takes to know its model', async () => {
    let chosen: (model: { model: string; beam: number }) => void = () => undefined;
    const { session, ask, call, panel } = make(kind => (kind === 'reply' ? new Promise(resolve => (chosen = resolve)) : Promise.resolve({ model: 'en-fr', beam: 1 })));
    const slow = session.run('reply', [passage('one')]);
    const newer = ask(passage('two', 10));
    const only = await call(0);
    chosen({ model: 'chat', beam: 1 });
    await expect(slow).rejects.toMatchObject({ code: 'superseded' });
    only.answer();
    expect(await newer).toHaveLength(1);
    expect(panel).toEqual(['begin translation', 'end TWO']);
  });
});

describe('another map of what is shown', () => {
  it('is asked for with what it was written with, and the panel keeps what it shows until then', async () => {
    const { session, ask, calls, call, panel, shown } = make();
    const first = ask(passage('one'));
    (await call(0)).answer();
    const [answered] = await first;
    shown.length = 0;
    const asked = { model: 'another', beam: 5, languageId: 'plaintext' };
    const again = session.run('translation', [passage('one')], { map: { kind: 'cross', layer: 1, head: 0 }, asked });
    const second = await call(1);
    expect(panel.at(-1)).toBe('keep translation');
    expect(shown).toEqual([]);
    second.answer();
    const [replaced] = await again;
    expect(calls[1]?.request).toMatchObject({ model: 'another', beam: 5 });
    expect(replaced?.annotation?.asked).toEqual(asked);
    expect(answered?.annotation?.asked).toMatchObject({ model: 'en-fr', beam: 1 });
  });
});

describe('the model of a task', () => {
  const model = (id: string, task: 'dialogue' | 'classification') => ({
    id, task, name: id, origin: 'folder', folder: id, sourceLanguage: 'en', targetLanguage: 'en', summary: '',
  }) as const;
  const choice = (more: Partial<ModelChoice>): ModelChoice => ({
    chosen: undefined, preferred: undefined, list: () => Promise.resolve([]), ask: () => Promise.resolve(undefined), ...more,
  });

  it('is the chosen one, and nobody is asked', async () => {
    expect(await modelFor('dialogue', choice({ chosen: '/m', list: () => Promise.reject(new Error('asked')) }))).toBe('/m');
  });

  it('is the preferred one where none is chosen, else the only one of its task', async () => {
    const list = () => Promise.resolve([model('a', 'dialogue'), model('sentiment', 'classification'), model('b', 'classification')]);
    expect(await modelFor('classification', choice({ preferred: 'sentiment', list }))).toBe('sentiment');
    expect(await modelFor('dialogue', choice({ preferred: 'gone', list }))).toBe('a');
  });

  it('is asked for among several', async () => {
    const list = () => Promise.resolve([model('a', 'dialogue'), model('b', 'dialogue')]);
    expect(await modelFor('dialogue', choice({ list, ask: () => Promise.resolve('b') }))).toBe('b');
    await expect(modelFor('dialogue', choice({ list }))).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is missed in words that say what to do', async () => {
    const missing = await modelFor('dialogue', choice({ list: () => Promise.resolve([model('a', 'classification')]) })).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(NoModel);
    expect(missing).toMatchObject({ task: 'dialogue', message: 'There is no model that replies yet.' });
  });
});

describe('the cache of outcomes', () => {
  const key = (text: string, model = 'en-fr', beam = 1) =>
    ({ kind: 'translation', model, text, beam, languageId: 'plaintext' }) as const;

  it('tells kinds, models, beams and texts apart', () => {
    const cache = new OutcomeCache();
    const outcome = translated(traceOf('a', 'b', []));
    cache.set(key('a'), outcome);
    expect(cache.get(key('a'))).toBe(outcome);
    for (const other of [key('A'), key('a', 'en-de'), key('a', 'en-fr', 5), { ...key('a'), languageId: 'python' }, { ...key('a'), kind: 'reply' as const }]) {
      expect(cache.get(other)).toBeUndefined();
    }
  });

  it('holds so many weights, however few the texts', () => {
    const cache = new OutcomeCache(100, 9);
    // Two words and the end, each attending to two words and the end: nine weights.
    const outcome = translated(traceOf('a b', 'c d', [[1, 0], [0, 1]]));
    cache.set(key('a'), outcome);
    cache.set(key('b'), outcome);
    expect(['a', 'b'].map(text => cache.get(key(text)) !== undefined)).toEqual([false, true]);
  });

  it('forgets what was used longest ago', () => {
    const cache = new OutcomeCache(2);
    const outcome = translated(traceOf('a', 'b', []));
    for (const text of ['a', 'b']) cache.set(key(text), outcome);
    cache.get(key('a'));
    cache.set(key('c'), outcome);
    expect(['a', 'b', 'c'].map(text => cache.get(key(text)) !== undefined)).toEqual([true, false, true]);
  });
});
