/** A leaderboard that is read again and again while its sweep goes on: here, or by our own program on the cluster. */
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { Failure } from '../../../protocol/failure.ts';
import { runStates } from '../../../protocol/runs.ts';
import { parseJson } from '../../text/parse-json.ts';
import { programFolder } from '../program.ts';
import { command, lastLines, quote, runShell } from '../shell.ts';
import type { NamedTarget } from '../target.ts';
import { type Leaderboard, SweepWatcher } from './leaderboard.ts';
import { patiently } from './patience.ts';

/** Where a sweep is: a folder that is seen from here, or one of a cluster behind ssh. */
export interface SweepPlace {
  readonly folder: string;
  readonly target?: NamedTarget | undefined;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly show: (board: Leaderboard) => void;
  /** Told when the cluster does not answer any more; it is asked again. */
  readonly say: (text: string) => void;
}

/** Until all runs have ended, or the signal. @throws Failure `no-such-file`, `bad-argument`, `no-answer` */
export async function watchSweep(place: SweepPlace, { signal, show, say }: WatchOptions): Promise<void> {
  const read = patiently(readerOf(place, signal), { signal, say });
  let shown = '';
  try {
    for (;;) {
      const board = await read();
      const now = JSON.stringify({ ...board, written: '' });
      if (now !== shown) show(board);
      shown = now;
      if (board.rows.every(({ runs }) => runs.every(({ state }) => state === 'finished' || state === 'failed'))) return;
      await setTimeout(pauseOf(place, board), undefined, { signal });
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/**
 * Milliseconds from one look to the next: each run costs two lookups, and a file system that is shared has others to serve
 * (docs/scale.md).
 */
function pauseOf({ target }: SweepPlace, { rows }: Leaderboard): number {
  const runs = rows.reduce((sum, row) => sum + row.runs.length, 0);
  return Math.max(target?.host === undefined ? 2_000 : 15_000, 10 * runs);
}

export function readerOf({ folder, target }: SweepPlace, signal: AbortSignal): () => Promise<Leaderboard> {
  if (target?.host !== undefined) return () => askThere(folder, target, signal);
  const watcher = new SweepWatcher(folder);
  return () => watcher.read();
}

const standing = z.object({
  folder: z.string(),
  seed: z.int().nullable(),
  state: z.enum(runStates),
  step: z.number(),
  totalSteps: z.number().nullable(),
  best: z.number().nullable(),
  message: z.string().nullable(),
});
const measure = z.object({ mean: z.number(), deviation: z.number().optional(), count: z.int() }).transform(({ deviation, ...rest }) => ({ ...rest, deviation }));
const boardSchema: z.ZodType<Leaderboard> = z.object({
  format: z.literal('attention-scope-leaderboard'),
  formatVersion: z.literal(1),
  name: z.string(),
  title: z.string(),
  metric: z.string().nullable(),
  better: z.enum(['higher', 'lower']),
  written: z.string(),
  rows: z.array(z.object({ settings: z.record(z.string(), z.unknown()), measure: measure.nullable(), runs: z.array(standing) })),
});

/** The runs are read where they lie, and what comes over the line is what is shown. */
async function askThere(folder: string, target: NamedTarget, signal: AbortSignal): Promise<Leaderboard> {
  const program = quote(await programFolder(target));
  const script = `
program=${program}/attention-scope.mjs
[ -f "$program" ] || program=${program}/dist/attention-scope.mjs
${command([target.node ?? 'node'])} "$program" sweep ${quote(folder)} --json`;
  const { out, error } = await runShell(script, { host: target.host, signal });
  const board = boardSchema.safeParse(parseJson(out)).data;
  if (board !== undefined) return board;
  throw new Failure('no-answer', `${target.host ?? ''} did not tell how ${folder} stands: ${lastLines(error) || 'what it said is no leaderboard'}.`, 'Check that the sweep was submitted, and that "program" of the target is of this version.');
}
