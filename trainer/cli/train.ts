import { badArgument, readArguments, type Command } from './command.ts';

export const trainCommand: Command = {
  help: `attention-scope train CONFIG.json [--run-dir DIR] [--resume]

Trains the model that CONFIG.json describes (docs/training.md) and prints its progress.

  --run-dir DIR   where the run is written; default: runs/NAME, NAME being the config's own
  --resume        goes on where the run in that folder was stopped or killed; its losses are those of an unbroken run

Stop it with Ctrl-C: it saves where it is, and --resume goes on from there.
`,
  run: async args => {
    const { values, positionals } = readArguments('train', args, {
      'run-dir': { type: 'string' },
      resume: { type: 'boolean', default: false },
    });
    const [config, ...others] = positionals;
    if (config === undefined) throw badArgument('train', 'No CONFIG.json was given.');
    if (others.length > 0) throw badArgument('train', `One CONFIG.json is expected; found also "${others.join(' ')}".`);
    const { canKeepFreedMemory, dieWithParent, keepsFreedMemory, runWithSharedPool } = await import('../training/allocator.ts');
    if (!keepsFreedMemory() && canKeepFreedMemory()) return runWithSharedPool();
    dieWithParent();
    const controller = new AbortController();
    // The second Ctrl-C is not caught: it ends the process at once, which loses nothing but steps since the last save.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
    const { runTraining } = await import('../training/train-command.ts');
    await runTraining({
      config,
      runDirectory: values['run-dir'],
      resume: values.resume,
      signal: controller.signal,
      print: line => void process.stdout.write(`${line}\n`),
    });
    return 0;
  },
};
