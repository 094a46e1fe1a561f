/** What the extension host tells the benchmark outside (extension/test/measure.ts, test/bench/editor.ts). */
import * as z from 'zod';

/** Milliseconds. */
export const editorReportSchema = z.object({
  /** From the wish to have the extension to having it: its code is loaded and run. In a window that has come to rest. */
  activation: z.number(),
  /** From the command to the painted words, the model loaded, the text never seen before. */
  translations: z.array(z.number()),
  /** The hover provider itself. */
  hovers: z.array(z.number()),
  /** A hover as VS Code asks for it: every provider, and the way there and back. */
  hoverRoundTrips: z.array(z.number()),
});
export type EditorReport = z.infer<typeof editorReportSchema>;

/** One line to the benchmark. */
export const editorLineSchema = z.union([z.object({ report: editorReportSchema }), z.object({ error: z.string() })]);
export type EditorLine = z.infer<typeof editorLineSchema>;

/** Environment: how often each thing is measured. */
export const runsVariable = 'ATTENTION_SCOPE_BENCH_RUNS';
/** A file of the workspace that says: the activation alone. */
export const activationOnly = 'activation-only';
