/** A sweep's settings, ranked by how well their runs did so far. */
import { join } from 'node:path';
import type { RunState } from '../../../protocol/runs.ts';
import { type MeanDeviation, meanDeviation } from '../../analysis/mean-deviation.ts';
import { isLowerBetter, judgedBy } from '../../runs/better.ts';
import { RunFollower } from '../../runs/follow.ts';
import { stateOf } from '../../runs/state.ts';
import { findWriter } from '../../training/run-lock.ts';
import { readSweepRecord, type SweepRecord } from './record.ts';

export interface Standing {
  readonly folder: string;
  readonly seed: number | null;
  /** `queued`: nothing was told of it yet. */
  readonly state: RunState;
  /** Trained so far. */
  readonly step: number;
  readonly totalSteps: number | null;
  /** The best of the measure so far; `null` before the first validation. */
  readonly best: number | null;
  /** Why it failed. */
  readonly message: string | null;
}

export interface LeaderboardRow {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Over the seeds' best values; `null` where none was validated yet. */
  readonly measure: MeanDeviation | null;
  /** One a seed. */
  readonly runs: readonly Standing[];
}

/** What leaderboard.json holds. */
export interface Leaderboard {
  readonly format: 'attention-scope-leaderboard';
  readonly formatVersion: 1;
  readonly name: string;
  readonly title: string;
  /** What settings are ranked by; `null` before the first validation, where the sweep names none. */
  readonly metric: string | null;
  readonly better: 'higher' | 'lower';
  readonly written: string;
  /** The best first, those of which nothing is known yet last. */
  readonly rows: readonly LeaderboardRow[];
}

const readAtOnce = 16;

/** Reads a sweep again and again, each time only what its runs have written since. */
export class SweepWatcher {
  readonly #followers = new Map<string, RunFollower>();

  constructor(readonly folder: string) {}

  /** @throws Failure `no-such-file`, `bad-argument` where the folder holds no sweep */
  async read(): Promise<Leaderboard> {
    const record = await readSweepRecord(this.folder);
    const known: KnownRun[] = [];
    for (let from = 0; from < record.runs.length; from += readAtOnce) {
      known.push(...(await Promise.all(record.runs.slice(from, from + readAtOnce).map(run => this.#look(run)))));
    }
    const metric = record.metric ?? firstMetric(known) ?? null;
    const better = record.better ?? (metric !== null && isLowerBetter(metric) ? 'lower' : 'higher');
    return {
      format: 'attention-scope-leaderboard',
      formatVersion: 1,
      name: record.name,
      title: record.title,
      metric,
      better,
      written: new Date().toISOString(),
      rows: rank(known, metric, better),
    };
  }

  async #look({ folder, settings, seed }: SweepRecord['runs'][number]): Promise<KnownRun> {
    const path = join(this.folder, folder);
    const follower = this.#followers.get(folder) ?? new RunFollower(path, { steps: false });
    this.#followers.set(folder, follower);
    await follower.update();
    const { fold } = follower;
    const { step, totalSteps, series, message } = fold;
    const writer = await findWriter(path);
    const state = stateOf(fold, writer && { lives: writer.lives, since: undefined }, fold.last === undefined);
    const curves = new Map([...series.table('validation').columns.keys()].flatMap(name => [[name, [...(series.curve(name)?.values ?? [])]] as const]));
    return { folder, settings, seed, step, totalSteps, message: state === 'failed' ? message : null, curves, state };
  }
}

interface KnownRun extends Omit<Standing, 'best'> {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Values by the curve's name, such as `validation/bleu`. */
  readonly curves: ReadonlyMap<string, readonly number[]>;
}

const prefix = 'validation/';

function firstMetric(runs: readonly KnownRun[]): string | undefined {
  const judged = runs.map(({ curves }) => judgedBy([...curves.keys()])).find(name => name !== undefined);
  return judged?.slice(prefix.length);
}

function rank(runs: readonly KnownRun[], metric: string | null, better: 'higher' | 'lower'): LeaderboardRow[] {
  const groups = new Map<string, KnownRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(run.settings);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const rows = [...groups.values()].flatMap(([first, ...others]) => (first === undefined ? [] : [rowOf([first, ...others], first.settings, metric, better)]));
  const score = ({ measure }: LeaderboardRow): number => (measure === null ? Number.POSITIVE_INFINITY : better === 'lower' ? measure.mean : -measure.mean);
  return rows.toSorted((one, other) => (score(one) === score(other) ? 0 : score(one) - score(other)));
}

function rowOf(runs: readonly KnownRun[], settings: LeaderboardRow['settings'], metric: string | null, better: 'higher' | 'lower'): LeaderboardRow {
  const standings = runs.map(({ settings: _settings, curves, ...run }): Standing => {
    const values = (metric === null ? undefined : curves.get(prefix + metric)) ?? [];
    return { ...run, best: bestValue(values, better) };
  });
  const values = standings.flatMap(({ best }) => best ?? []);
  return { settings, measure: values.length === 0 ? null : meanDeviation(values), runs: standings };
}

function bestValue(values: readonly number[], better: 'higher' | 'lower'): number | null {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return null;
  return finite.reduce((best, value) => (better === 'lower' ? Math.min(best, value) : Math.max(best, value)));
}
