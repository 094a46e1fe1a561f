import { stat } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import type { Leaderboard } from '../cluster/sweep/leaderboard.ts';
import type { SweepPlace } from '../cluster/sweep/watch.ts';
import { badArgument, readArguments, type Command } from './command.ts';
import { print } from './standard-output.ts';
import { givenTarget, targetHelp, targetOptions } from './targets.ts';

export const sweepCommand: Command = {
  help: `attention-scope sweep SPEC.json --here [--runs DIR]
attention-scope sweep SPEC.json --target NAME [--targets FILE] [--resume]
attention-scope sweep SPEC.json|FOLDER [--target NAME] --watch | --report | --json

Trains a config many times, some of its keys varied, and ranks the settings. SPEC.json holds

  name, title   of the sweep
  base          a training config (docs/training.md), or the path of one
  grid          {"training.learningRate": [0.001, 0.003]}: every combination of these values
  random        {"training.dropout": {"uniform": [0, 0.5]}}, or "logUniform", "integer", {"choice": […]}: drawn for each sample
  samples       how many draws; seed: of the draws
  seeds         [1, 2, 3]: trains each setting once with each; scores are means
  metric        what settings are ranked by; default: the first measure of the task; better: "higher" or "lower"
  atOnce        how many runs a cluster may train at a time

  --here           trains them on this machine, one after another, into DIR/NAME (default: runs/NAME); the same command goes on
                   after whatever ended it
${targetHelp}  --resume         submits again the runs that are not finished
  --watch          shows the leaderboard while the sweep goes on
  --report         writes leaderboard.md and leaderboard.json into the sweep's folder, as the cluster does when all has ended
  --json           prints the leaderboard as JSON
`,
  run: async args => {
    const { values, positionals } = readArguments('sweep', args, {
      ...targetOptions,
      here: { type: 'boolean', default: false },
      runs: { type: 'string' },
      resume: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const [given, ...others] = positionals;
    if (given === undefined || others.length > 0) throw badArgument('sweep', 'Exactly one SPEC.json or FOLDER is expected.');
    const { here, watch, report, json, resume, runs = 'runs' } = values;
    if ([here, watch, report, json].filter(Boolean).length > 1) throw badArgument('sweep', 'Of --here, --watch, --report and --json one is expected.');
    if (here && values.target !== undefined) throw badArgument('sweep', 'Either --here or --target is expected.');
    if (watch || report || json) return look(given, { ...values, runs });
    if (!here && values.target === undefined) throw badArgument('sweep', '--here or --target is missing.');
    return here ? trainHere(given, runs) : submit(given, values, resume);
  },
};

interface Place {
  readonly target?: string | undefined;
  readonly targets?: string | undefined;
  readonly runs: string;
}

async function submit(given: string, asked: Omit<Place, 'runs'>, resume: boolean): Promise<number> {
  const target = await givenTarget('sweep', asked);
  const { readSweepSpec } = await import('../cluster/sweep/spec.ts');
  const { submitSweep } = await import('../cluster/sweep/submit.ts');
  const { folder, job, runs, note } = await submitSweep({ spec: await readSweepSpec(given), target, resume });
  if (note !== undefined) await print(note);
  await print(`Job ${job} trains ${runs} ${runs === 1 ? 'run' : 'runs'} into ${folder}`);
  return 0;
}

async function trainHere(given: string, runs: string): Promise<number> {
  const { canKeepFreedMemory, dieWithParent, keepsFreedMemory, runWithSharedPool } = await import('../training/allocator.ts');
  if (!keepsFreedMemory() && canKeepFreedMemory()) return runWithSharedPool();
  dieWithParent();
  const { readSweepSpec } = await import('../cluster/sweep/spec.ts');
  const { sweepHere } = await import('../cluster/sweep/here.ts');
  const spec = await readSweepSpec(given);
  const board = await sweepHere({ spec, runs: resolve(runs), signal: stopSignal(), print: line => void process.stdout.write(`${line}\n`) });
  if (board === undefined) return 0;
  await print(`\n${await tableOf(board)}`);
  return board.rows.some(row => row.runs.some(({ state }) => state === 'failed')) ? 1 : 0;
}

async function look(given: string, asked: Place & { readonly watch: boolean; readonly report: boolean }): Promise<number> {
  const place = await placeOf(given, asked);
  const { readerOf, watchSweep } = await import('../cluster/sweep/watch.ts');
  const signal = stopSignal();
  if (asked.watch) {
    const clear = process.stdout.isTTY ? '\u001b[2J\u001b[H' : '';
    const show = (board: Leaderboard): void => void tableOf(board).then(table => process.stdout.write(`${clear}${table}\n`));
    await watchSweep(place, { signal, show, say: text => void process.stderr.write(`${text}\n`) });
    return 0;
  }
  const board = await readerOf(place, signal)();
  if (asked.report) {
    if (place.target?.host !== undefined) throw badArgument('sweep', `--report writes into the sweep's folder, which ${place.target.host} has: its own job writes it there.`);
    const { writeLeaderboard } = await import('../cluster/sweep/table.ts');
    await writeLeaderboard(place.folder, board);
    await print(`The leaderboard is in ${join(place.folder, 'leaderboard.md')}`);
  } else {
    await print(JSON.stringify(board));
  }
  return 0;
}

/** A folder is the sweep's own; a spec's sweep is among the runs that it was trained into. */
async function placeOf(given: string, { target: name, targets, runs }: Place): Promise<SweepPlace> {
  const target = name === undefined ? undefined : await givenTarget('sweep', { target: name, targets });
  const isFolder = await stat(given).then(found => found.isDirectory(), () => false);
  if (isFolder) return { folder: resolve(given) };
  const { readSweepSpec } = await import('../cluster/sweep/spec.ts');
  const spec = await readSweepSpec(given);
  return target === undefined ? { folder: resolve(runs, spec.name) } : { folder: posix.join(target.runs, spec.name), target };
}

/** The second Ctrl-C is not caught: it ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

async function tableOf(board: Leaderboard): Promise<string> {
  const { leaderboardRows } = await import('../cluster/sweep/table.ts');
  const { aligned } = await import('./aligned.ts');
  return [board.title, '', ...aligned(leaderboardRows(board))].join('\n');
}
