/** attention-scope translate: in this process, model and all, since it ends with its last translation. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { widestBeam } from '../decoding/request.ts';
import type { Translator } from '../decoding/translator.ts';
import { defaultThreads } from '../engine/threads.ts';
import { badArgument, readArguments, type Command } from './command.ts';
import { outputFor } from './output.ts';
import { reportFailure } from './report.ts';

export const translateCommand: Command = {
  help: `attention-scope translate [--model ID|DIR] [--beam N] [--json | --html FILE | --svg FILE] TEXT… | -

Translates each TEXT, or with - each line of standard input; one text in, one translation out, as soon as it is ready.
In a terminal the attention matrix follows each translation.

  --model ID|DIR  a bundled model's id, or the folder of any model (default: en-fr)
  --beam N        keeps the N best hypotheses, 1 to ${widestBeam} (default: 1, greedy)
  --json          one JSON object a line: model, source, target, maps, alignment; offsets are UTF-16
  --html FILE     also writes a page with the translation and its attention
  --svg FILE      also writes a picture of the attention
                  With several texts the first goes to FILE.svg, the next to FILE-2.svg, and so on.

A text that cannot be translated is told on standard error, leaves an empty line ({"error": …} with --json), and
makes the exit code 1. NO_COLOR and FORCE_COLOR are obeyed.
`,
  run: async args => {
    const { values, positionals } = readArguments('translate', args, {
      model: { type: 'string' },
      beam: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      html: { type: 'string' },
      svg: { type: 'string' },
    });
    const beam = Number(values.beam);
    if (!Number.isInteger(beam) || beam < 1 || beam > widestBeam) {
      throw badArgument('translate', `--beam is "${values.beam}"; a whole number from 1 to ${widestBeam} was expected.`);
    }
    if ([values.json, values.html, values.svg].filter(value => value !== undefined && value !== false).length > 1) {
      throw badArgument('translate', 'Only one of --json, --html and --svg can be given.');
    }
    if (positionals.length === 0) throw badArgument('translate', 'No text was given.');
    const translator = await openTranslator(values.model);
    const output = outputFor(values);
    let exitCode = 0;
    for await (const { text, place, isLine } of texts(positionals)) {
      try {
        if (isLine && text.trim() === '') {
          await output.blank(translator.id, text);
          continue;
        }
        const trace = await translator.translate({ text, beam });
        for (const warning of trace.warnings) process.stderr.write(`attention-scope: ${place}${warning}\n`);
        await output.trace(trace);
      } catch (thrown) {
        exitCode = Math.max(exitCode, reportFailure(thrown, place));
        await output.failure(thrown);
      }
    }
    await translator.release();
    return exitCode;
  },
};

interface GivenText {
  readonly text: string;
  /** How a message names it. */
  readonly place: string;
  /** Lines may be blank: they stay so, and what goes out keeps step with what came in. */
  readonly isLine: boolean;
}

async function* texts(positionals: readonly string[]): AsyncGenerator<GivenText> {
  for (const [index, text] of positionals.entries()) {
    if (text !== '-') {
      yield { text, place: positionals.length > 1 ? `text ${index + 1}: ` : '', isLine: false };
      continue;
    }
    let number = 0;
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      yield { text: line, place: `line ${++number}: `, isLine: true };
    }
  }
}

/** Opens the model that `--model` names: a bundled one's id, or any folder, for whoever types a path trusts it. */
async function openTranslator(model: string | undefined): Promise<Translator> {
  const [{ Translator }, { defaultModel, findModel }] = await Promise.all([
    import('../decoding/translator.ts'),
    import('../models/catalog.ts'),
  ]);
  const isFolder = model !== undefined && (/[\\/]/.test(model) || existsSync(model));
  const folder = isFolder ? resolve(model) : await findModel(model ?? defaultModel);
  return Translator.open(folder, { threads: defaultThreads });
}
