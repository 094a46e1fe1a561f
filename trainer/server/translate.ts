import type { CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import { translateMethod, type TranslateResult } from '../../protocol/server.ts';
import { checkRequest } from '../decoding/request.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';
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
      const { model, partialResultToken, ...request } = parseParams(paramsSchema, received, 'a request to translate');
      checkRequest(request);
      return tracing(services, { model, partialResultToken }, token, (folder, options) => services.engine.translate(folder, request, options));
    }),
  );
};
