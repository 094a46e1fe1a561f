import type { CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { continueMethod, replyMethod } from '../../protocol/server.ts';
import type { Trace } from '../../protocol/trace.ts';
import { checkText } from '../decoding/request.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
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
      const { model, partialResultToken, ...request } = parseParams(received, 'reply');
      checkText(request.text, 'reply to', 'read');
      return tracing(services, { model, partialResultToken }, token, (folder, options) => services.engine.reply(folder, request, options));
    }),
  );
};

/** `attentionScope/continue`: what is most probable to come after a text. */
export const continueFeature: Feature = services => {
  services.connection.onRequest(continueMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<Trace> => {
      const { model, partialResultToken, ...request } = parseParams(received, 'continue');
      checkText(request.text, 'continue', 'continued');
      return tracing(services, { model, partialResultToken }, token, (folder, options) => services.engine.continue(folder, request, options));
    }),
  );
};

function parseParams(received: unknown, doing: string): z.infer<typeof paramsSchema> {
  const parsed = paramsSchema.safeParse(received);
  if (parsed.success) return parsed.data;
  throw new Failure('bad-argument', `Not a request to ${doing}: ${z.prettifyError(parsed.error)}.`, 'Send what protocol/server.ts says.');
}
