/** Logs that tell numbers by name, one row after another: which of the names is the step, which the time, and what curves follow. */
import { leftOutText, SeriesStore } from '../series.ts';
import { put } from '../table.ts';

/** What a row tells: numbers, `null` for one that is none, and texts. */
export type Row = Readonly<Record<string, unknown>>;

/** Names of the step in the order in which they are believed. */
const stepNames = ['step', 'global_step', '_step', 'trainer/global_step', 'steps', 'iteration', 'iter', 'iterations', 'total_timesteps', 'timesteps', 'timesteps_total', 'training_iteration', 'time/total_timesteps', 'batch', 'epoch', 'epochs'];
const timeNames = ['time', 'timestamp', '_timestamp', 'wall_time', 'date', 'datetime'];

/** Seconds or milliseconds since 1970 lie within these, by 2001 and 2286. */
const [seconds, milliseconds] = [{ from: 1e9, to: 1e10 }, { from: 1e12, to: 1e13 }] as const;

/** A curve's name is one that people read. */
const longestName = 1000;

const nameAmong = (known: readonly string[], names: readonly string[]): string | undefined =>
  known.flatMap(one => names.find(name => name.trim().toLowerCase() === one) ?? [])[0];

/** The name that tells the step. */
export const stepIn = (names: readonly string[]): string | undefined => nameAmong(stepNames, names);

/** Whether rows of these are a log of curves: a step, and numbers beside it. */
export function isLog(rows: readonly Row[]): boolean {
  const step = stepIn(rows.flatMap(row => Object.keys(row)));
  if (step === undefined || rows.length === 0) return false;
  const told = rows.filter(row => isStep(row[step]));
  return told.length * 2 > rows.length && told.some(row => Object.entries(row).some(([name, value]) => name !== step && typeof value === 'number'));
}

const isStep = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Turns rows into curves. */
export class RowCurves {
  readonly series = new SeriesStore();
  /** Milliseconds since 1970 of the first row and the last; NaN where they do not tell. */
  first = Number.NaN;
  last = Number.NaN;
  /** Rows without a step. */
  passedOver = 0;
  /** Values for which there is no room among the curves. */
  leftOut = 0;
  #attempt = 1;
  #step = 0;

  /** @param stepName what tells the step of a row */
  constructor(readonly stepName: string) {}

  /** A row that tells no number besides is passed over in silence. */
  add(row: Row): void {
    const { stepName } = this;
    const step = row[stepName];
    if (!isStep(step)) return void this.passedOver++;
    const timeName = nameAmong(timeNames, Object.keys(row));
    const time = timeName === undefined ? Number.NaN : timeOf(row[timeName]);
    const values = Object.entries(row).flatMap(([name, value]): [string, number][] => {
      const isMoment = name === stepName || (name === timeName && !Number.isNaN(time));
      return isMoment || (typeof value !== 'number' && value !== null) ? [] : [[name, value ?? Number.NaN]];
    });
    if (values.length === 0) return;
    // A program that was started again appends to its log from where it went on.
    if (step < this.#step) this.#attempt++;
    this.#step = step;
    if (!Number.isNaN(time)) {
      if (Number.isNaN(this.first)) this.first = time;
      this.last = time;
    }
    const table = this.series.table('log');
    const place = table.hasRoomFor('row') ? table.add({ step, time, attempt: this.#attempt }) : undefined;
    for (const [name, value] of values) {
      const isKept = place !== undefined && (table.columns.has(name) || (name.length <= longestName && table.hasRoomFor('column')));
      if (isKept) put(table.column(name), place, value);
      else this.leftOut++;
    }
  }

  /** What has to be said of what was added. @param noun what rows are called there */
  warnings(noun: string): string[] {
    return [
      ...(this.passedOver === 0 ? [] : [`${this.passedOver.toLocaleString('en')} ${noun} without a step were passed over.`]),
      ...leftOutText(this.leftOut),
    ];
  }
}

/** NaN where it is no moment. */
function timeOf(value: unknown): number {
  if (typeof value === 'number') {
    if (value >= seconds.from && value < seconds.to) return value * 1000;
    return value >= milliseconds.from && value < milliseconds.to ? value : Number.NaN;
  }
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
}
