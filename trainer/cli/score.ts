/** attention-scope score: how well a model does on a test set that its training never saw. */
import { widestBeam } from '../decoding/request.ts';
import { badArgument, readArguments, type Command } from './command.ts';

export const scoreCommand: Command = {
  help: `attention-scope score CONFIG.json --model DIR [--beam N] [--save]

Runs the model on the test set that CONFIG.json names or holds out, and scores it by the measures of its task. Translations:
BLEU and chrF as sacreBLEU computes them, as a whole and by the length of the source. Classes: accuracy, macro F1, and which
class was taken for which.

  --model DIR   the folder of the model
  --beam N      of translations: also scores a beam of N, 1 to ${widestBeam} (default: 5)
  --save        writes the scores into the model's attention-model.json and its card
`,
  run: async args => {
    const { values, positionals } = readArguments('score', args, {
      model: { type: 'string' },
      beam: { type: 'string', default: '5' },
      save: { type: 'boolean', default: false },
    });
    const [config, ...others] = positionals;
    const beam = Number(values.beam);
    if (config === undefined || others.length > 0) throw badArgument('score', 'Exactly one CONFIG.json is expected.');
    if (values.model === undefined) throw badArgument('score', '--model is missing.');
    if (!Number.isInteger(beam) || beam < 1 || beam > widestBeam) {
      throw badArgument('score', `--beam is "${values.beam}"; a whole number from 1 to ${widestBeam} was expected.`);
    }
    const { scoreModel } = await import('../training/score-command.ts');
    await scoreModel({
      config,
      model: values.model,
      beam,
      save: values.save,
      print: line => void process.stdout.write(`${line}\n`),
    });
    return 0;
  },
};
