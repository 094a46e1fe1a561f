import type { Outcome } from '../../protocol/outcome.ts';
import { classifyMethod, continueMethod, replyMethod, translateMethod } from '../../protocol/server.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import type { Worker } from '../worker/worker.ts';
import type { OutcomeKey } from './cache.ts';

/** Asks the worker for what a request is about. */
export async function ask(
  worker: Pick<Worker, 'ask'>,
  { kind, model, beam, text, languageId, map }: OutcomeKey,
  onProgress: (progress: TraceProgress) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const params = { model, text, languageId };
  const written = map === undefined ? params : { ...params, map };
  switch (kind) {
    case 'translation': return { kind, trace: await worker.ask(translateMethod, { ...written, beam }, signal, onProgress) };
    case 'reply': return { kind, trace: await worker.ask(replyMethod, written, signal, onProgress) };
    case 'continuation': return { kind, trace: await worker.ask(continueMethod, written, signal, onProgress) };
    case 'classification': return { kind, classification: await worker.ask(classifyMethod, params, signal) };
  }
}
