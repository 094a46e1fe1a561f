/** attention-scope translate: in this process, model and all, since it ends with its last translation. */
import { widestBeam } from '../decoding/request.ts';
import { defaultThreads } from '../engine/threads.ts';
import { facetOf } from '../foreign/facets.ts';
import { badArgument, readArguments, type Command } from './command.ts';
import { eachText, outputHelp, outputOptions } from './each-text.ts';
import { modelFolder, warnOfSize } from './given.ts';

export const translateCommand: Command = {
  help: `attention-scope translate [--model ID|PATH] [--beam N] [--json | --html FILE | --svg FILE] TEXT… | -

Translates each TEXT, or with - each line of standard input; one text in, one translation out, as soon as it is ready.
In a terminal the attention matrix follows each translation.

  --model ID|PATH a bundled model's id, or the folder or file of any, of others' formats too (default: en-fr)
  --beam N        keeps the N best hypotheses, 1 to ${widestBeam} (default: 1, greedy)
${outputHelp}
A text that cannot be translated is told on standard error, leaves an empty line ({"error": …} with --json), and
makes the exit code 1. NO_COLOR and FORCE_COLOR are obeyed.
`,
  run: async args => {
    const { values, positionals } = readArguments('translate', args, {
      model: { type: 'string' },
      beam: { type: 'string', default: '1' },
      ...outputOptions,
    });
    const beam = Number(values.beam);
    if (!Number.isInteger(beam) || beam < 1 || beam > widestBeam) {
      throw badArgument('translate', `--beam is "${values.beam}"; a whole number from 1 to ${widestBeam} was expected.`);
    }
    return eachText('translate', { values, positionals }, async () => {
      const [{ openModel }, { defaultModel }] = await Promise.all([import('../engine/models.ts'), import('../models/catalog.ts')]);
      const model = await openModel(await modelFolder(values.model ?? defaultModel), { threads: defaultThreads, whenLarge: warnOfSize, facet: 'translator' });
      const translator = facetOf(model, 'translator');
      return { id: translator.id, write: text => translator.translate({ text, beam }), release: () => model.release() };
    });
  },
};
