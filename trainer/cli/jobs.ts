import { badArgument, readArguments, type Command } from './command.ts';
import { print } from './standard-output.ts';
import { givenTarget, targetHelp, targetOptions } from './targets.ts';

export const jobsCommand: Command = {
  help: `attention-scope jobs --target NAME [--targets FILE] [--json]

Lists the runs and sweeps that were submitted to a cluster, the newest first: the number of the job, its state, where it runs or
why it waits.

${targetHelp}  --json           prints them as JSON
`,
  run: async args => {
    const { values, positionals } = readArguments('jobs', args, { ...targetOptions, json: { type: 'boolean', default: false } });
    if (positionals.length > 0) throw badArgument('jobs', `No further argument is expected; found "${positionals.join(' ')}".`);
    const target = await givenTarget('jobs', values);
    const { listJobs } = await import('../cluster/jobs.ts');
    const jobs = await listJobs({ target });
    if (values.json) {
      await print(`${JSON.stringify(jobs)}`);
      return 0;
    }
    if (jobs.length === 0) {
      await print(`Nothing was submitted to ${target.name}.`);
      return 0;
    }
    const rows = jobs.map(({ job, name, state, tasks, reason, node }) => [
      job,
      name,
      tasks === null || (state !== 'running' && state !== 'waiting') ? state : `${tasks.running} running, ${tasks.waiting} waiting of ${tasks.of}`,
      node,
      reason,
    ]);
    const { aligned } = await import('./aligned.ts');
    for (const line of aligned(rows)) await print(line);
    return 0;
  },
};
