/**
 * The engine's own process: loads one model at a time and runs it. It is a process because ONNX Runtime blocks the
 * event loop while it works, and because a process, unlike a thread, can be killed in the middle of that.
 *
 *     engine.mjs THREADS      started by `Engine`, with an IPC channel
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { manifestName } from '../checkpoints/manifest.ts';
import { Translator } from '../decoding/translator.ts';
import type { EngineCall, EngineCalls, FromEngine, ToEngine } from './messages.ts';

const threads = Number(process.argv[2] ?? 1);

interface Loaded {
  readonly key: string;
  readonly translator: Translator;
}
let loaded: Loaded | undefined;
const running = new Map<number, AbortController>();

function say(message: FromEngine): void {
  // The channel closes when the parent is gone; `disconnect` then ends this process.
  if (process.connected) process.send?.(message);
}

/** The model in `folder`; a model saved anew since it was loaded is loaded again. */
async function model(folder: string, id: number): Promise<Translator> {
  const stats = await stat(join(folder, manifestName)).catch(() => undefined);
  const key = `${folder}\n${stats?.ino ?? 0} ${stats?.mtimeMs ?? 0} ${stats?.size ?? 0}`;
  if (loaded?.key === key) return loaded.translator;
  say({ kind: 'state', id, state: 'loading' });
  // One model at a time bounds the memory.
  const old = loaded;
  loaded = undefined;
  await old?.translator.release();
  const translator = await Translator.open(folder, { threads });
  loaded = { key, translator };
  return translator;
}

type Handlers = {
  [Call in EngineCall]: (params: EngineCalls[Call]['params'], id: number, signal: AbortSignal) => Promise<EngineCalls[Call]['result']>;
};

const handlers: Handlers = {
  load: async ({ folder }, id) => ({ model: (await model(folder, id)).id }),
  translate: async ({ folder, progress, ...request }, id, signal) => {
    const translator = await model(folder, id);
    signal.throwIfAborted();
    say({ kind: 'state', id, state: 'translating' });
    const onProgress = progress ? (part: EngineProgress): void => say({ kind: 'progress', id, progress: part }) : undefined;
    return translator.translate(request, { signal, onProgress });
  },
};
type EngineProgress = Extract<FromEngine, { kind: 'progress' }>['progress'];

async function answer<Call extends EngineCall>(id: number, call: Call, params: EngineCalls[Call]['params']): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    say({ kind: 'reply', id, result: await handlers[call](params, id, controller.signal) });
  } catch (thrown) {
    say({ kind: 'failure', id, failure: Failure.from(thrown).toData() });
  } finally {
    running.delete(id);
  }
}

process.on('message', (message: ToEngine) => {
  if (message.kind === 'cancel') running.get(message.id)?.abort();
  else void answer(message.id, message.call, message.params);
});
process.on('disconnect', () => process.exit(0));
