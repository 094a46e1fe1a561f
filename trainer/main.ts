#!/usr/bin/env node
/** attention-scope COMMAND: the command line. A command's code is loaded only when it is asked for. */
import { Failure } from '../protocol/failure.ts';
import type { Command } from './cli/command.ts';
import { reportFailure } from './cli/report.ts';
import { errnoOf } from './files/errno.ts';

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  translate: async () => (await import('./cli/translate.ts')).translateCommand,
  reply: async () => (await import('./cli/reply.ts')).replyCommand,
  continue: async () => (await import('./cli/continue.ts')).continueCommand,
  classify: async () => (await import('./cli/classify.ts')).classifyCommand,
  train: async () => (await import('./cli/train.ts')).trainCommand,
  queue: async () => (await import('./cli/queue.ts')).queueCommand,
  export: async () => (await import('./cli/export.ts')).exportCommand,
  score: async () => (await import('./cli/score.ts')).scoreCommand,
  compare: async () => (await import('./cli/compare.ts')).compareCommand,
  sweep: async () => (await import('./cli/sweep.ts')).sweepCommand,
  submit: async () => (await import('./cli/submit.ts')).submitCommand,
  jobs: async () => (await import('./cli/jobs.ts')).jobsCommand,
  cancel: async () => (await import('./cli/cancel.ts')).cancelCommand,
  runs: async () => (await import('./cli/runs.ts')).runsCommand,
  inspect: async () => (await import('./cli/inspect.ts')).inspectCommand,
  attend: async () => (await import('./cli/attend.ts')).attendCommand,
  serve: async () => (await import('./cli/serve.ts')).serveCommand,
};

const help = `attention-scope: see what an attention model looks at.

  attention-scope translate [--model ID|PATH] [--beam N] [--json | --html FILE | --svg FILE] TEXT… | -
  attention-scope reply --model ID|PATH [--json | --html FILE | --svg FILE] TEXT… | -
  attention-scope continue --model ID|PATH [--length N] [--temperature T] [--json | --html FILE | --svg FILE] TEXT… | -
  attention-scope classify --model ID|PATH [--json] TEXT… | - | --image FILE…
  attention-scope train CONFIG.json [--run-dir DIR] [--resume] [--folds K]
  attention-scope queue RUNS [--at-once N]
  attention-scope export RUN DIR [--precision int8|float32]
  attention-scope score CONFIG.json --model DIR [--beam N] [--save]
  attention-scope compare SPEC.json [--report-only]
  attention-scope sweep SPEC.json --here | --target NAME | --watch
  attention-scope submit CONFIG.json --target NAME [--name NAME] [--resume]
  attention-scope jobs --target NAME [--json]
  attention-scope cancel RUN|JOB --target NAME
  attention-scope runs FOLDER [--json]
  attention-scope inspect FILE [--tensors] [--json]
  attention-scope attend FILE --text TEXT | --input JSON|FILE | --image FILE [--map K:L:H] [--json | --safetensors FILE | --html FILE]
  attention-scope serve --stdio
  attention-scope COMMAND --help
  attention-scope --version
`;

/** @returns the exit code: 0, 1 when something failed, 2 when the command line was wrong */
async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    const { version } = await import('./version.ts');
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return 0;
  }
  try {
    const load = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
    if (load === undefined) {
      const found = name === undefined ? 'No command was given' : `There is no command "${name}"`;
      throw new Failure('bad-argument', `${found}; there are: ${Object.keys(commands).join(', ')}.`, 'See attention-scope --help.');
    }
    const command = await load();
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(command.help);
      return 0;
    }
    return await command.run(rest);
  } catch (thrown) {
    return reportFailure(thrown);
  }
}

// Whoever reads our output may stop reading (`| head`): that is no failure, unless work is lost with it. A training that
// nobody listens to any more is stopped as by Ctrl-C: it saves first.
let isUnheard = false;
process.stdout.on('error', error => {
  if (isUnheard) return;
  isUnheard = true;
  if (['train', 'compare', 'sweep'].includes(process.argv[2] ?? '') && process.emit('SIGTERM', 'SIGTERM')) return;
  if (errnoOf(error) === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = (await main(process.argv.slice(2))) || (isUnheard ? 1 : 0);
