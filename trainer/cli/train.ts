import { badArgument, readArguments, type Command } from './command.ts';

export const trainCommand: Command = {
  help: `attention-scope train CONFIG.json [--run-dir DIR] [--resume] [--folds K]

Trains the model that CONFIG.json describes (docs/training.md) and prints its progress.

  --run-dir DIR   where the run is written; default: runs/NAME, NAME being the config's own
  --resume        goes on where the run in that folder was stopped or killed; its losses are those of an unbroken run
  --origin PATH   the config that CONFIG.json is a copy of: relative corpora are looked for beside it
  --folds K       trains K times, each time another K-th of the corpus held out to validate, and prints the mean of what
                  the folds came to; their runs are DIR/fold-1 to DIR/fold-K
  --request ID    trains only if the run's request.json is there and has this id (docs/run-directory.md); the queue gives it

Stop it with Ctrl-C: it saves where it is, and --resume goes on from there.
`,
  run: async args => {
    const { values, positionals } = readArguments('train', args, {
      'run-dir': { type: 'string' },
      resume: { type: 'boolean', default: false },
      origin: { type: 'string' },
      folds: { type: 'string' },
      request: { type: 'string' },
    });
    const [config, ...others] = positionals;
    if (config === undefined) throw badArgument('train', 'No CONFIG.json was given.');
    if (others.length > 0) throw badArgument('train', `One CONFIG.json is expected; found also "${others.join(' ')}".`);
    const folds = values.folds === undefined ? undefined : foldsOf(values.folds);
    if (values.request !== undefined && values['run-dir'] === undefined) throw badArgument('train', '--request needs --run-dir, where it is.');
    if (folds !== undefined && (values.origin !== undefined || values.request !== undefined)) {
      throw badArgument('train', '--folds goes with neither --origin nor --request.');
    }
    const { canKeepFreedMemory, dieWithParent, keepsFreedMemory, runWithSharedPool } = await import('../training/allocator.ts');
    if (!keepsFreedMemory() && canKeepFreedMemory()) return runWithSharedPool();
    dieWithParent();
    const controller = new AbortController();
    // The second Ctrl-C is not caught: it ends the process at once, which loses nothing but steps since the last save.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
    const { useOwnCopy } = await import('../launch/runtime-users.ts');
    await useOwnCopy();
    const request = {
      config,
      runDirectory: values['run-dir'],
      resume: values.resume,
      signal: controller.signal,
      print: (line: string) => void process.stdout.write(`${line}\n`),
    };
    if (folds === undefined) {
      const { runTraining } = await import('../training/train-command.ts');
      const { origin, request: answering } = values;
      await runTraining({ ...request, ...(answering !== undefined && { print: await loggingInto(values['run-dir'], request.print) }), origin, answering });
    } else {
      const { runCrossValidation } = await import('../training/cross-validation.ts');
      await runCrossValidation({ ...request, folds });
    }
    return 0;
  },
};

/** What is printed goes into the run's log, which does not grow for ever. */
async function loggingInto(run: string | undefined, print: (line: string) => void): Promise<(line: string) => void> {
  const { logOf, printerInto } = await import('../launch/output-log.ts');
  return run === undefined ? print : printerInto(logOf(run), print);
}

function foldsOf(text: string): number {
  const folds = Number(text);
  if (/^\d{1,4}$/.test(text) && folds >= 2) return folds;
  throw badArgument('train', `--folds takes a whole number from 2 to 9999; found "${text}".`);
}
