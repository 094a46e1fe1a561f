/** attention-scope reply: what a model says to the last of a text's turns. */
import { defaultThreads } from '../engine/threads.ts';
import { facetOf } from '../foreign/facets.ts';
import { badArgument, readArguments, type Command } from './command.ts';
import { eachText, outputHelp, outputOptions } from './each-text.ts';
import { modelFolder, warnOfSize } from './given.ts';

export const replyCommand: Command = {
  help: `attention-scope reply --model ID|PATH [--json | --html FILE | --svg FILE] TEXT… | -

Replies to each TEXT, or with - to each line of standard input. The lines or paragraphs of a TEXT are the turns of a
conversation, of which the last is replied to; who speaks, as in "A: Hello!", is left out.

  --model ID|PATH a bundled model's id, or the folder or file of any, of others' formats too: with a chat template
${outputHelp}
A text that has no reply is told on standard error, leaves an empty line ({"error": …} with --json), and makes the exit
code 1. NO_COLOR and FORCE_COLOR are obeyed.
`,
  run: async args => {
    const { values, positionals } = readArguments('reply', args, { model: { type: 'string' }, ...outputOptions });
    const { model } = values;
    if (model === undefined) throw badArgument('reply', '--model is missing.');
    return eachText('reply', { values, positionals }, async () => {
      const { openModel } = await import('../engine/models.ts');
      const opened = await openModel(await modelFolder(model), { threads: defaultThreads, whenLarge: warnOfSize, facet: 'replier' });
      const replier = facetOf(opened, 'replier');
      return { id: replier.id, write: text => replier.reply({ text }), release: () => opened.release() };
    });
  },
};
