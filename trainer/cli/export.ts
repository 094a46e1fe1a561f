/** attention-scope export: a run's best checkpoint as a model to ship. */
import { resolve } from 'node:path';
import { badArgument, readArguments, type Command } from './command.ts';

export const exportCommand: Command = {
  help: `attention-scope export RUN DIR [--precision int8|float32]

Writes the best checkpoint of the run in the folder RUN as a model into DIR, which is made, is empty, or holds a model
that is replaced.

  --precision P   int8 (the default): a quarter of the size, one scale a row; float32: as it was trained
`,
  run: async args => {
    const { values, positionals } = readArguments('export', args, { precision: { type: 'string', default: 'int8' } });
    const [run, to, ...others] = positionals;
    const { precision } = values;
    if (run === undefined || to === undefined || others.length > 0) throw badArgument('export', 'RUN and DIR are expected.');
    if (precision !== 'int8' && precision !== 'float32') {
      throw badArgument('export', `--precision is "${precision}"; int8 or float32 was expected.`);
    }
    const { exportBest } = await import('../checkpoints/export.ts');
    const { step, folder } = await exportBest(resolve(run), resolve(to), precision);
    process.stdout.write(`The checkpoint of step ${step} is now the model in ${folder}\n`);
    return 0;
  },
};
