/** What the commands that write something for each text have in common: texts in, traces out, in this very process. */
import type { Trace } from '../../protocol/trace.ts';
import { badArgument } from './command.ts';
import { givenTexts } from './given.ts';
import { outputFor } from './output.ts';
import { reportFailure } from './report.ts';

/** How the traces go out. */
export const outputOptions = {
  json: { type: 'boolean', default: false },
  html: { type: 'string' },
  svg: { type: 'string' },
} as const;

export const outputHelp = `  --json          one JSON object a line: model, source, target, maps, alignment; offsets are UTF-16
  --html FILE     also writes a page with what is written and its attention
  --svg FILE      also writes a picture of the attention
                  With several texts the first goes to FILE.svg, the next to FILE-2.svg, and so on.
`;

interface Given {
  readonly positionals: readonly string[];
  readonly values: {
    readonly json?: boolean | undefined;
    readonly html?: string | undefined;
    readonly svg?: string | undefined;
  };
}

/** What writes: a model and what it is asked. */
export interface Writer {
  readonly id: string;
  readonly write: (text: string) => Promise<Trace>;
  readonly release: () => Promise<void>;
}

/**
 * @param open loads the model, once the command line is known to be right
 * @returns the exit code
 */
export async function eachText(command: string, { positionals, values }: Given, open: () => Promise<Writer>): Promise<number> {
  if ([values.json, values.html, values.svg].filter(value => value !== undefined && value !== false).length > 1) {
    throw badArgument(command, 'Only one of --json, --html and --svg can be given.');
  }
  if (positionals.length === 0) throw badArgument(command, 'No text was given.');
  const writer = await open();
  const output = outputFor(values);
  let exitCode = 0;
  for await (const { text, place, isLine } of givenTexts(positionals)) {
    try {
      if (isLine && text.trim() === '') {
        await output.blank(writer.id, text);
        continue;
      }
      const trace = await writer.write(text);
      for (const warning of trace.warnings) process.stderr.write(`attention-scope: ${place}${warning}\n`);
      await output.trace(trace);
    } catch (thrown) {
      exitCode = Math.max(exitCode, reportFailure(thrown, place));
      await output.failure(thrown);
    }
  }
  await writer.release();
  return exitCode;
}
