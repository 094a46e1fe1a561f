import { resolve } from 'node:path';
import { badArgument, readArguments, type Command } from './command.ts';

export const queueCommand: Command = {
  help: `attention-scope queue RUNS [--at-once N]

Trains the runs in the folder RUNS that wait for their turn, in the order they were asked for, and ends when none waits and
none is being trained. The editor starts it by itself. Trainings that it has started go on without it.

  --at-once N   how many may train at a time on this machine, those of other folders counted (default: as it was last asked for,
                or 1)
`,
  run: async args => {
    const { values, positionals } = readArguments('queue', args, { 'at-once': { type: 'string' } });
    const [runs, ...others] = positionals;
    if (runs === undefined || others.length > 0) throw badArgument('queue', 'Exactly one folder RUNS is expected.');
    const { mostAtOnce, ringQueue } = await import('../launch/queue-folder.ts');
    const atOnce = values['at-once'] === undefined ? undefined : Number(values['at-once']);
    if (atOnce !== undefined && !(Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= mostAtOnce)) {
      throw badArgument('queue', `--at-once takes a whole number from 1 to ${mostAtOnce}; found "${values['at-once']}".`);
    }
    const controller = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
    // Whoever started it may go, with its terminal.
    process.on('SIGHUP', () => undefined);
    const { keepQueue } = await import('../launch/queue.ts');
    const { useOwnCopy } = await import('../launch/runtime-users.ts');
    await useOwnCopy();
    const folder = resolve(runs);
    await ringQueue(folder, atOnce);
    const [, script = ''] = process.argv;
    await keepQueue({
      runs: folder,
      launcher: { execArgv: process.execArgv, script },
      signal: controller.signal,
      print: text => void process.stdout.write(`${text}\n`),
    });
    return 0;
  },
};
