/**
 * The engine's own process: loads one model at a time and runs it. It is a process because ONNX Runtime blocks the
 * event loop while it works, and because a process, unlike a thread, can be killed in the middle of that.
 *
 *     engine.mjs THREADS      started by `Engine`, with an IPC channel
 */
import { Failure } from '../../protocol/failure.ts';
import type { RunsModel } from '../../protocol/server.ts';
import { type Facet, facetOf, type Facets, type OpenModel } from '../foreign/facets.ts';
import type { WhenLarge } from '../foreign/memory.ts';
import type { EngineCall, EngineCalls, FromEngine, OfModel, ProgressOf, ToEngine } from './messages.ts';
import type { Inspector } from '../inspection/inspector.ts';
import { LoadedModel, type LoadOptions } from './models.ts';

const loaded = new LoadedModel(Number(process.argv[2] ?? 1));
const running = new Map<number, AbortController>();

/** The code of inspections is loaded with the first of them. */
let inspecting: Promise<Inspector> | undefined;
const inspector = (): Promise<Inspector> => (inspecting ??= import('../inspection/inspector.ts').then(({ Inspector: One }) => new One()));

function say(message: FromEngine): void {
  // The channel closes when the parent is gone; `disconnect` then ends this process.
  if (process.connected) process.send?.(message);
}

const telling = (id: number) => (progress: ProgressOf<EngineCall>): void => say({ kind: 'progress', id, progress });

type Handlers = {
  [Call in EngineCall]: (params: EngineCalls[Call]['params'], id: number, signal: AbortSignal) => Promise<EngineCalls[Call]['result']>;
};

/** How the model of a call is loaded. */
function loading({ folder, evenIfLarge }: OfModel, id: number): LoadOptions {
  const whenLarge: WhenLarge = evenIfLarge === true ? { do: 'warn', warn: () => undefined } : { do: 'refuse' };
  return { onLoading: () => say({ kind: 'state', id, state: 'loading', folder }), whenLarge };
}

/** The model of a call, loaded for what it is asked; from then on it works. */
async function working(facet: Facet, params: OfModel, id: number, signal: AbortSignal): Promise<OpenModel> {
  const model = await loaded.load(params.folder, loading(params, id), facet);
  facetOf(model, facet);
  signal.throwIfAborted();
  say({ kind: 'state', id, state: 'translating', folder: params.folder });
  return model;
}

async function asked<F extends Facet>(facet: F, params: OfModel, id: number, signal: AbortSignal): Promise<Facets[F]> {
  return facetOf(await working(facet, params, id, signal), facet);
}

/** The model that an inspection is of. @throws Failure `inspection-gone`, and as loading does */
async function inspected({ inspection, evenIfLarge }: RunsModel & { readonly inspection: string }, id: number, signal: AbortSignal): Promise<OpenModel> {
  const { folder } = (await inspector()).passes.get(inspection);
  return working('inspector', { folder, evenIfLarge }, id, signal);
}

const handlers: Handlers = {
  load: async (params, id) => ({ model: (await loaded.load(params.folder, loading(params, id))).id }),
  translate: async ({ progress, ...request }, id, signal) => {
    const translator = await asked('translator', request, id, signal);
    return translator.translate(request, { signal, onProgress: progress ? telling(id) : undefined });
  },
  reply: async ({ progress, ...request }, id, signal) => {
    const replier = await asked('replier', request, id, signal);
    return replier.reply(request, { signal, onProgress: progress ? telling(id) : undefined });
  },
  continue: async ({ progress, ...request }, id, signal) => {
    const continuer = await asked('continuer', request, id, signal);
    return continuer.continue(request, { signal, onProgress: progress ? telling(id) : undefined });
  },
  classify: async (request, id, signal) => (await asked('textClassifier', request, id, signal)).classify(request),
  classifyImage: async (request, id, signal) => (await asked('imageClassifier', request, id, signal)).classifyFile(request),
  openInspection: async (request, id, signal) => (await inspector()).open(request, await working('inspector', request, id, signal), signal),
  closeInspection: async ({ id }) => (await inspector()).close(id),
  inspectionMap: async (params, _id, signal) => (await inspector()).map(params, signal),
  inspectionHeads: async (params, _id, signal) => (await inspector()).heads(params, signal),
  inspectionLines: async (params, _id, signal) => (await inspector()).lines(params, signal),
  inspectionExport: async (params, _id, signal) => (await inspector()).export(params, signal),
  inspectionArithmetic: async (params, id, signal) => (await inspector()).arithmetic(params, await inspected(params, id, signal), signal),
  inspectionInfluence: async (params, id, signal) => (await inspector()).influence(params, await inspected(params, id, signal), { signal, onProgress: telling(id) }),
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
