/** attention-scope continue: what a language model writes after a text. */
import { defaultThreads } from '../engine/threads.ts';
import { facetOf } from '../foreign/facets.ts';
import { badArgument, readArguments, type Command } from './command.ts';
import { eachText, outputHelp, outputOptions } from './each-text.ts';
import { modelFolder, warnOfSize } from './given.ts';

export const continueCommand: Command = {
  help: `attention-scope continue --model ID|PATH [--length N] [--temperature T] [--top-p P] [--seed N]
                         [--json | --html FILE | --svg FILE] TEXT… | -

Writes on where each TEXT ends, or with - each line of standard input. A TEXT may end in the middle of a word.

  --model ID|PATH  a bundled model's id, or the folder or file of any, of others' formats too
  --length N       the most tokens to write, 1 to 1000 (default: 40); at most half of what the model reads at once
  --temperature T  0 writes the most probable tokens (the default); higher draws bolder ones, up to 10
  --top-p P        draws only from the most probable tokens that together have this probability (default: 1)
  --seed N         what is drawn by; the same seed writes the same (default: 1)
${outputHelp}
A text that cannot be continued is told on standard error, leaves an empty line ({"error": …} with --json), and makes the
exit code 1. NO_COLOR and FORCE_COLOR are obeyed.
`,
  run: async args => {
    const { values, positionals } = readArguments('continue', args, {
      model: { type: 'string' },
      length: { type: 'string', default: '40' },
      temperature: { type: 'string', default: '0' },
      'top-p': { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      ...outputOptions,
    });
    const { model } = values;
    if (model === undefined) throw badArgument('continue', '--model is missing.');
    const length = numberOf('length', values.length, 'a whole number from 1 to 1000', found => Number.isInteger(found) && found >= 1 && found <= 1000);
    const sampling = {
      temperature: numberOf('temperature', values.temperature, 'a number from 0 to 10', found => found >= 0 && found <= 10),
      topP: numberOf('top-p', values['top-p'], 'a number over 0, at most 1', found => found > 0 && found <= 1),
      seed: numberOf('seed', values.seed, 'a whole number', Number.isSafeInteger),
    };
    return eachText('continue', { values, positionals }, async () => {
      const { openModel } = await import('../engine/models.ts');
      const opened = await openModel(await modelFolder(model), { threads: defaultThreads, whenLarge: warnOfSize, facet: 'continuer' });
      const continuer = facetOf(opened, 'continuer');
      return { id: continuer.id, write: text => continuer.continue({ text, sampling, length }), release: () => opened.release() };
    });
  },
};

function numberOf(option: string, given: string, expected: string, isRight: (found: number) => boolean): number {
  const found = given.trim() === '' ? Number.NaN : Number(given);
  if (!isRight(found)) throw badArgument('continue', `--${option} is "${given}"; ${expected} was expected.`);
  return found;
}
