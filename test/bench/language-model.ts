/** A language model beside n-grams of the same training texts: bits for each character of texts that neither has seen. */
import { Failure } from '../../protocol/failure.ts';
import { scoreLanguageModel } from '../../trainer/tasks/language-modelling/score.ts';
import { readConfig } from '../../trainer/training/config.ts';
import type { Part } from './part.ts';

export const languageModel: Part = {
  name: 'language-model',
  about: 'bits per character of a language model, beside Kneser–Ney 5-grams (--model and --config)',
  run: async ({ languageModel: asked, print }) => {
    if (asked === undefined) {
      print('  Skipped: --model names the folder of a language model, --config what it was trained by.');
      return [];
    }
    const config = await readConfig(asked.config);
    if (config.task !== 'language-modelling') throw new Error(`${asked.config} trains no language model, its task being ${config.task}`);
    try {
      const { model, characters, tokens } = await scoreLanguageModel({
        config, file: asked.config, model: asked.folder, save: false, print: line => print(`  ${line}`),
      });
      const measured = { name: `language model ${config.name}`, unit: 'bits per character', values: [model] } as const;
      return [
        { ...measured, limit: { kind: 'ratio', most: 1, to: 'Kneser–Ney 5-grams of characters', theirs: [characters], by: 'median' } },
        { ...measured, limit: { kind: 'ratio', most: 1, to: 'Kneser–Ney 5-grams of its tokens', theirs: [tokens], by: 'median' } },
      ];
    } catch (thrown) {
      // The corpus: the config was there.
      if (!(thrown instanceof Failure) || thrown.code !== 'no-such-file') throw thrown;
      print(`  Skipped: ${thrown.message}`);
      return [];
    }
  },
};
