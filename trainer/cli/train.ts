import { badArgument, readArguments, type Command } from './command.ts';

export const trainCommand: Command = {
  help: `attention-scope train CONFIG.json [--run-dir DIR] [--resume] [--folds K]

Trains the model that CONFIG.json describes (docs/training.md) and prints its progress.

  --run-dir DIR   where the run is written; default: runs/NAME, NAME being the config's own
  --resume        goes on where the run in that folder was stopped or killed; its losses are those of an unbroken run
  --folds K       trains K times, each time another K-th of the corpus held out to validate, and prints the mean of what
                  the folds came to; their runs are DIR/fold-1 to DIR/fold-K

Stop it with Ctrl-C: it saves where it is, and --resume goes on from there.
`,
  run: async args => {
    const { values, positionals } = readArguments('train', args, {
      'run-dir': { type: 'string' },
      resume: { type: 'boolean', default: false },
      folds: { type: 'string' },
    });
    const [config, ...others] = positionals;
    if (config === undefined) throw badArgument('train', 'No CONFIG.json was given.');
    if (others.length > 0) throw badArgument('train', `One CONFIG.json is expected; found also "${others.join(' ')}".`);
    const folds = values.folds === undefined ? undefined : foldsOf(values.folds);
    const { canKeepFreedMemory, dieWithParent, keepsFreedMemory, runWithSharedPool } = await import('../training/allocator.ts');
    if (!keepsFreedMemory() && canKeepFreedMemory()) return runWithSharedPool();
    dieWithParent();
    const controller = new AbortController();
    // The second Ctrl-C is not caught: it ends the process at once, which loses nothing but steps since the last save.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
    const request = {
      config,
      runDirectory: values['run-dir'],
      resume: values.resume,
      signal: controller.signal,
      print: (line: string) => void process.stdout.write(`${line}\n`),
    };
    if (folds === undefined) {
      const { runTraining } = await import('../training/train-command.ts');
      await runTraining(request);
    } else {
      const { runCrossValidation } = await import('../training/cross-validation.ts');
      await runCrossValidation({ ...request, folds });
    }
    return 0;
  },
};

function foldsOf(text: string): number {
  const folds = Number(text);
  if (/^\d{1,4}$/.test(text) && folds >= 2) return folds;
  throw badArgument('train', `--folds takes a whole number from 2 to 9999; found "${text}".`);
}
