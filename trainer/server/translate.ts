import type { CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { translateMethod, type TranslateResult } from '../../protocol/server.ts';
import { checkRequest } from '../decoding/request.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { mapSchema, tracing } from './tracing.ts';

const paramsSchema = z.object({
  text: z.string(),
  model: z.string().min(1),
  beam: z.number(),
  languageId: z.string(),
  map: mapSchema.optional(),
  partialResultToken: z.union([z.string(), z.int()]).optional(),
  evenIfLarge: z.boolean().optional(),
});

/** `attentionScope/translate`: a text's trace, and on the way to it its tokens as they come. */
export const translateFeature: Feature = services => {
  services.connection.onRequest(translateMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<TranslateResult> => {
      const { model, partialResultToken, ...request } = parseParams(received);
      checkRequest(request);
      return tracing(services, { model, partialResultToken }, token, (folder, options) => services.engine.translate(folder, request, options));
    }),
  );
};

function parseParams(received: unknown): z.infer<typeof paramsSchema> {
  const parsed = paramsSchema.safeParse(received);
  if (parsed.success) return parsed.data;
  throw new Failure('bad-argument', `Not a request to translate: ${z.prettifyError(parsed.error)}.`, 'Send what protocol/server.ts says.');
}
