import { badArgument, readArguments, type Command } from './command.ts';
import { print } from './standard-output.ts';
import { givenTarget, targetHelp, targetOptions } from './targets.ts';

export const cancelCommand: Command = {
  help: `attention-scope cancel RUN|JOB --target NAME [--targets FILE]

Cancels a run, or what is left of a sweep, by the name of its folder or the number of its job. A run that is training saves first,
and attention-scope submit --resume goes on with it.

${targetHelp}`,
  run: async args => {
    const { values, positionals } = readArguments('cancel', args, targetOptions);
    const [wanted, ...others] = positionals;
    if (wanted === undefined || others.length > 0) throw badArgument('cancel', 'Exactly one RUN or JOB is expected.');
    const target = await givenTarget('cancel', values);
    const { cancelJob } = await import('../cluster/jobs.ts');
    const { job, name } = await cancelJob(wanted, { target });
    await print(`Job ${job}, ${name}, is cancelled.`);
    return 0;
  },
};
