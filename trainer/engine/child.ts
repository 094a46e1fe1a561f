/**
 * The engine's own process: loads one model at a time and runs it. It is a process because ONNX Runtime blocks the
 * event loop while it works, and because a process, unlike a thread, can be killed in the middle of that.
 *
 *     engine.mjs THREADS      started by `Engine`, with an IPC channel
 */
import { Failure } from '../../protocol/failure.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import type { EngineCall, EngineCalls, FromEngine, ToEngine } from './messages.ts';
import { LoadedModel } from './models.ts';

const loaded = new LoadedModel(Number(process.argv[2] ?? 1));
const running = new Map<number, AbortController>();

function say(message: FromEngine): void {
  // The channel closes when the parent is gone; `disconnect` then ends this process.
  if (process.connected) process.send?.(message);
}

const isLoading = (id: number) => (): void => say({ kind: 'state', id, state: 'loading' });
const isWorking = (id: number): void => say({ kind: 'state', id, state: 'translating' });
const telling = (id: number) => (progress: TraceProgress): void => say({ kind: 'progress', id, progress });

type Handlers = {
  [Call in EngineCall]: (params: EngineCalls[Call]['params'], id: number, signal: AbortSignal) => Promise<EngineCalls[Call]['result']>;
};

const handlers: Handlers = {
  load: async ({ folder }, id) => ({ model: (await loaded.load(folder, isLoading(id))).id }),
  translate: async ({ folder, progress, ...request }, id, signal) => {
    const translator = await loaded.get('translator', folder, isLoading(id));
    signal.throwIfAborted();
    isWorking(id);
    return translator.translate(request, { signal, onProgress: progress ? telling(id) : undefined });
  },
  reply: async ({ folder, progress, ...request }, id, signal) => {
    const replier = await loaded.get('replier', folder, isLoading(id));
    signal.throwIfAborted();
    isWorking(id);
    return replier.reply(request, { signal, onProgress: progress ? telling(id) : undefined });
  },
  continue: async ({ folder, progress, ...request }, id, signal) => {
    const continuer = await loaded.get('continuer', folder, isLoading(id));
    signal.throwIfAborted();
    isWorking(id);
    return continuer.continue(request, { signal, onProgress: progress ? telling(id) : undefined });
  },
  classify: async ({ folder, ...request }, id, signal) => {
    const classifier = await loaded.get('textClassifier', folder, isLoading(id));
    signal.throwIfAborted();
    isWorking(id);
    return classifier.classify(request);
  },
  classifyImage: async ({ folder, ...request }, id, signal) => {
    const classifier = await loaded.get('imageClassifier', folder, isLoading(id));
    signal.throwIfAborted();
    isWorking(id);
    return classifier.classifyFile(request);
  },
};

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
