import type { CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import { continueMethod, replyMethod } from '../../protocol/server.ts';
import type { Trace } from '../../protocol/trace.ts';
import { checkText } from '../decoding/request.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';
import { mapSchema, tracing } from './tracing.ts';

const paramsSchema = z.object({
  text: z.string(),
  model: z.string().min(1),
  languageId: z.string(),
  map: mapSchema.optional(),
  partialResultToken: z.union([z.string(), z.int()]).optional(),
  evenIfLarge: z.boolean().optional(),
});

/** `attentionScope/reply`: the reply to the last of a text's turns. */
export const replyFeature: Feature = services => {
  services.connection.onRequest(replyMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<Trace> => {
      const { model, partialResultToken, ...request } = parseParams(paramsSchema, received, 'a request to reply');
      checkText(request.text, 'reply to', 'read');
      return tracing(services, { model, partialResultToken }, token, (folder, options) => services.engine.reply(folder, request, options));
    }),
  );
};

/** `attentionScope/continue`: what is most probable to come after a text. */
export const continueFeature: Feature = services => {
  services.connection.onRequest(continueMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<Trace> => {
      const { model, partialResultToken, ...request } = parseParams(paramsSchema, received, 'a request to continue');
      checkText(request.text, 'continue', 'continued');
      return tracing(services, { model, partialResultToken }, token, (folder, options) => services.engine.continue(folder, request, options));
    }),
  );
};
