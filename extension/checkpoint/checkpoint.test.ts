import type * as vscode from 'vscode';
import { describe, expect, it } from 'vitest';
import {
  compareCheckpointsMethod, inspectMethod, tensorStatisticsMethod, tracedAttentionMethod, type CheckpointSummary, type TensorStatistics,
} from '../../protocol/checkpoint.ts';
import type { ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import { Failure } from '../../protocol/failure.ts';
import { abortable } from '../abortable.ts';
import { CheckpointDialogue, type DialogueHost } from './dialogue.ts';
import { parseFromCheckpointPage } from './messages.ts';
import { nameOf, placeOf } from './place.ts';
import { readsOf } from './reads.ts';

interface Call {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly progress: ((progress: unknown) => void) | undefined;
  readonly answer: (result: unknown) => void;
  readonly fail: (failure: Failure) => void;
}

const summary = { path: '/models/a.onnx' } as unknown as CheckpointSummary;
const statistics = { elements: 4 } as unknown as TensorStatistics;
const settle = () => new Promise(resolve => setImmediate(resolve));

/** A dialogue with a worker that answers when the test says so. */
function make() {
  const calls: Call[] = [];
  const posted: ToCheckpointPage[] = [];
  const ask = ((method: string, params: Record<string, unknown>, signal: AbortSignal, progress?: (progress: unknown) => void) =>
    abortable(new Promise((resolve, reject) => calls.push({ method, params, signal, progress, answer: resolve, fail: reject })), signal)) as unknown as DialogueHost['ask'];
  const dialogue = new CheckpointDialogue({ path: '/models/a.onnx', name: 'a.onnx' }, {
    ask, post: message => posted.push(message),
  });
  const call = (index: number): Call => {
    const found = calls.at(index);
    if (found === undefined) throw new Error('nothing was asked');
    return found;
  };
  return { dialogue, calls, call, posted, types: () => posted.map(({ type }) => type) };
}

async function read() {
  const made = make();
  void made.dialogue.read();
  made.call(0).answer(summary);
  await settle();
  return made;
}

describe('an editor’s dialogue about its checkpoint', () => {
  it('reads it, and brings a fresh page to the same picture', async () => {
    const { dialogue, call, posted } = await read();
    expect([call(0).method, call(0).params]).toEqual([inspectMethod, { path: '/models/a.onnx' }]);
    const shown = [{ type: 'reading', name: 'a.onnx' }, { type: 'read', summary }];
    expect([posted, dialogue.replay()]).toEqual([shown, shown]);
    dialogue.changed();
    expect(dialogue.replay().at(-1)).toEqual({ type: 'changed' });
    void dialogue.read();
    expect(dialogue.replay()).toEqual([{ type: 'reading', name: 'a.onnx' }]);
  });

  it('tells why it cannot be read, and reads again when asked', async () => {
    const { dialogue, call, types } = make();
    void dialogue.read();
    call(0).fail(new Failure('broken-model', 'It ends early.', 'Copy it anew.'));
    await settle();
    expect(dialogue.replay().at(-1)).toMatchObject({ type: 'unreadable', failure: { message: 'It ends early.' } });
    void dialogue.read();
    call(1).answer(summary);
    await settle();
    expect(types()).toEqual(['reading', 'unreadable', 'reading', 'read']);
  });

  it('measures one tensor at a time, the last one asked for, and remembers what it measured', async () => {
    const { dialogue, calls, call, posted } = await read();
    void dialogue.measure('w');
    void dialogue.measure('v');
    await settle();
    expect([call(1).signal.aborted, call(2).params]).toEqual([true, { path: '/models/a.onnx', tensor: 'v' }]);
    call(1).answer(statistics);
    call(2).answer(statistics);
    await settle();
    expect(posted.slice(2)).toEqual([{ type: 'measured', tensor: 'v', statistics }]);
    await dialogue.measure('v');
    expect([calls.length, posted.at(-1)]).toEqual([3, { type: 'measured', tensor: 'v', statistics }]);
    void dialogue.measure('w');
    await dialogue.measure(undefined);
    expect(call(3).signal.aborted).toBe(true);
    expect(call(3).method).toBe(tensorStatisticsMethod);
  });

  it('compares it with another, with progress, until the user cancels', async () => {
    const { dialogue, call, posted } = await read();
    const comparing = dialogue.compare({ path: '/models/b.onnx', name: 'b.onnx' });
    expect([call(1).method, call(1).params]).toEqual([compareCheckpointsMethod, { path: '/models/a.onnx', other: '/models/b.onnx' }]);
    call(1).progress?.({ read: 1, of: 4 });
    // A page that comes in the middle is not told that the user has just asked.
    expect(dialogue.replay().at(-1)).toEqual({ type: 'comparing', other: 'b.onnx', progress: { read: 1, of: 4 } });
    dialogue.cancelComparing();
    await comparing;
    call(1).progress?.({ read: 2, of: 4 });
    expect(posted.slice(2)).toMatchObject([
      { type: 'comparing', begins: true }, { type: 'comparing', progress: { read: 1, of: 4 } }, { type: 'incomparable', failure: { code: 'cancelled' } },
    ]);
    expect(dialogue.replay().map(({ type }) => type)).toEqual(['reading', 'read']);
  });

  it('shows the maps of a trace at once, and runs nothing for another of them', async () => {
    const { dialogue, calls, call, posted } = make();
    void dialogue.read();
    call(0).answer({ ...summary, isTrace: true });
    await settle();
    expect([call(1).method, call(1).params]).toEqual([tracedAttentionMethod, { path: '/models/a.onnx' }]);
    call(1).answer({ model: 'mine' });
    await settle();
    // The tab is left as the user left it.
    expect(posted.slice(2)).toEqual([{ type: 'attending' }, { type: 'attended', attention: { model: 'mine' } }]);
    const map = { kind: 'cross', layer: 1, head: 0 } as const;
    void dialogue.readTrace(map);
    await settle();
    expect(calls.map(({ method }) => method)).toEqual([inspectMethod, tracedAttentionMethod, tracedAttentionMethod]);
    expect(call(2).params['map']).toEqual(map);
  });

  it('asks for nothing more once its editor is closed, and tells nothing', async () => {
    const { dialogue, call, posted } = await read();
    void dialogue.measure('w');
    void dialogue.compare({ path: '/b', name: 'b' });
    const told = posted.length;
    dialogue.dispose();
    await settle();
    expect([call(1).signal.aborted, call(2).signal.aborted, posted.length, dialogue.replay()]).toEqual([true, true, told, []]);
  });
});

describe('messages of the page', () => {
  it('are read with care', () => {
    expect(parseFromCheckpointPage({ type: 'ready' })).toEqual({ type: 'ready' });
    expect(parseFromCheckpointPage({ type: 'measure', tensor: 'w' })).toEqual({ type: 'measure', tensor: 'w' });
    expect(parseFromCheckpointPage({ type: 'measure' })).toEqual({ type: 'measure', tensor: undefined });
    expect(parseFromCheckpointPage({ type: 'map', map: { kind: 'cross', layer: 0, head: 'mean' } })).toEqual({ type: 'map', map: { kind: 'cross', layer: 0, head: 'mean' } });
    expect(parseFromCheckpointPage({ type: 'run', command: 'compare' })).toEqual({ type: 'run', command: 'compare' });
    const wrong = [null, 3, {}, { type: 'measure', tensor: 3 }, { type: 'map', map: { kind: 'cross', layer: -1, head: 0 } }, { type: 'map' }, { type: 'run', command: 'rm' }, { type: 'constructor' }];
    expect(wrong.map(parseFromCheckpointPage)).toEqual(wrong.map(() => undefined));
  });
});

describe('what a model is given', () => {
  it('is what its summary tells; a text where there is none', () => {
    expect([readsOf(undefined), readsOf({ tasks: ['attention'] }), readsOf({ tasks: ['attention'], readsPairs: true }), readsOf({ tasks: [] })]).toEqual(['text', 'text', 'pair', 'numbers']);
  });
});

describe('where a checkpoint lies', () => {
  const file = (path: string): vscode.Uri => ({ scheme: 'file', path, fsPath: path }) as unknown as vscode.Uri;

  it('is its file, or the folder of our manifest', () => {
    expect(placeOf(file('/models/a.onnx'))).toEqual({ path: '/models/a.onnx', name: 'a.onnx' });
    expect(placeOf(file('/models/en-fr/attention-model.json'))).toEqual({ path: '/models/en-fr', name: 'en-fr' });
    expect(placeOf(file('/models/bert/'))).toEqual({ path: '/models/bert/', name: 'bert' });
    expect(nameOf(file('/'))).toBe('/');
  });

  it('is nowhere for what is on no disk', () => {
    expect(() => placeOf({ scheme: 'git', path: '/a.onnx', fsPath: '/a.onnx' } as unknown as vscode.Uri)).toThrow(/“git:”/);
  });
});
