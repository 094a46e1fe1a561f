import { badArgument, readArguments, type Command } from './command.ts';
import { print } from './standard-output.ts';
import { givenTarget, targetHelp, targetOptions } from './targets.ts';

export const submitCommand: Command = {
  help: `attention-scope submit CONFIG.json --target NAME [--targets FILE] [--name NAME] [--resume]

Makes a run of CONFIG.json on a Slurm cluster and hands it to the queue there. A run whose node fails or whose time is over is
queued again and goes on where it was.

${targetHelp}  --name NAME      what the run's folder is called; default: the config's own name, with a number where that is taken
  --resume         submits the run of that name again, which was stopped or interrupted
`,
  run: async args => {
    const { values, positionals } = readArguments('submit', args, {
      ...targetOptions,
      name: { type: 'string' },
      resume: { type: 'boolean', default: false },
    });
    const [config, ...others] = positionals;
    if (config === undefined || others.length > 0) throw badArgument('submit', 'Exactly one CONFIG.json is expected.');
    const target = await givenTarget('submit', values);
    const { submitRun } = await import('../cluster/submit.ts');
    const { folder, job } = await submitRun({ config, target, name: values.name, resume: values.resume });
    await print(`Job ${job} trains ${folder}`);
    return 0;
  },
};
