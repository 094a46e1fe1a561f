/** What the extension host tells the benchmark outside (extension/test/measure-link.ts, test/bench/inspect-link.ts). */
import * as z from 'zod';

/** One line to the benchmark; the extension host goes on when it has been dealt with. */
export const linkLineSchema = z.discriminatedUnion('type', [
  /** The extension has the inspection of this text, and will ask the panel to show it. */
  z.object({ type: z.literal('held'), text: z.string() }),
  /** It asked at this time, in milliseconds since 1970. */
  z.object({ type: z.literal('asked'), at: z.number() }),
  z.object({ type: z.literal('ended') }),
  z.object({ type: z.literal('failed'), error: z.string() }),
]);
export type LinkLine = z.infer<typeof linkLineSchema>;

/** Environment: the model's folder. */
export const modelVariable = 'ATTENTION_SCOPE_BENCH_MODEL';
/** A file of the workspace, a text a line. */
export const textsFile = 'texts.txt';
