import { ProgressType, type CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { translateMethod, type TranslateParams, type TranslateResult } from '../../protocol/server.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import { checkRequest } from '../decoding/request.ts';
import { findModel } from '../models/catalog.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';

const paramsSchema = z.object({
  text: z.string(),
  model: z.string().min(1),
  beam: z.number(),
  languageId: z.string(),
  partialResultToken: z.union([z.string(), z.int()]).optional(),
});

const progressType = new ProgressType<TraceProgress>();

/** `attentionScope/translate`: a text's trace, and on the way to it its tokens as they come. */
export const translateFeature: Feature = ({ connection, options, engine, names }) => {
  connection.onRequest(translateMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<TranslateResult> => {
      const { model, partialResultToken, ...request } = parseParams(received);
      checkRequest(request);
      const folder = await findModel(model, options.modelFolders);
      names.set(folder, model);
      const { signal, dispose } = signalOf(token);
      const onProgress =
        partialResultToken === undefined
          ? undefined
          : (progress: TraceProgress): void => {
              void connection.sendProgress(progressType, partialResultToken, progress);
            };
      try {
        return await engine.translate(folder, request, { signal, onProgress });
      } finally {
        dispose();
      }
    }),
  );
};

function parseParams(received: unknown): TranslateParams {
  const parsed = paramsSchema.safeParse(received);
  if (parsed.success) {
    const { partialResultToken, ...rest } = parsed.data;
    return partialResultToken === undefined ? rest : { ...rest, partialResultToken };
  }
  throw new Failure('bad-argument', `Not a request to translate: ${z.prettifyError(parsed.error)}.`, 'Send what protocol/server.ts says.');
}

function signalOf(token: CancellationToken): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listening = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => listening.dispose() };
}
