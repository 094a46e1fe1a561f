import type { Outcome } from '../../protocol/outcome.ts';
import { classifyMethod, continueMethod, replyMethod, translateMethod } from '../../protocol/server.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import type { Ask, RunningMethod } from '../worker/methods.ts';
import type { OutcomeKey } from './cache.ts';

/** Asks the worker for what a request is about. */
export async function ask(
  askModel: Ask<RunningMethod>,
  { kind, model, beam, text, languageId, map }: OutcomeKey,
  onProgress: (progress: TraceProgress) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const params = { model, text, languageId };
  const written = map === undefined ? params : { ...params, map };
  switch (kind) {
    case 'translation': return { kind, trace: await askModel(translateMethod, { ...written, beam }, signal, onProgress) };
    case 'reply': return { kind, trace: await askModel(replyMethod, written, signal, onProgress) };
    case 'continuation': return { kind, trace: await askModel(continueMethod, written, signal, onProgress) };
    case 'classification': return { kind, classification: await askModel(classifyMethod, params, signal) };
  }
}
