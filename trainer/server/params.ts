import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';

/**
 * What a client sent, as the type that it ought to be.
 * @param request what was asked: "a request to translate"
 * @param file of the protocol that says what it is
 * @throws Failure `bad-argument`, naming what is wrong
 */
export function parseParams<Params>(schema: z.ZodType<Params>, received: unknown, request: string, file = 'server.ts'): Params {
  const parsed = schema.safeParse(received);
  if (parsed.success) return parsed.data;
  throw new Failure('bad-argument', `Not ${request}: ${z.prettifyError(parsed.error)}.`, `Send what protocol/${file} says.`);
}
