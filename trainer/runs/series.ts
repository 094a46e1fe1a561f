/** The curves of a run in memory, and what a log of another program is read as. */
import type { RunSample } from '../../protocol/runs.ts';
import { absent, mostKept, type Moment, put, Table } from './table.ts';

export interface Curve {
  /** Ascending, each once. */
  readonly steps: Float64Array;
  /** NaN where no finite number was told. */
  readonly values: Float64Array;
  /** Milliseconds since 1970; NaN where it is not told. */
  readonly times: Float64Array;
}

/**
 * Curves by the names of their metrics. What is told together lies in one table, so that it shares its steps and times; a
 * metric belongs to one table.
 */
export class SeriesStore {
  readonly tables: Map<string, Table>;

  constructor(tables: ReadonlyMap<string, Table> = new Map()) {
    this.tables = new Map(tables);
  }

  table(name: string): Table {
    const known = this.tables.get(name);
    if (known !== undefined) return known;
    const table = new Table(false);
    this.tables.set(name, table);
    return table;
  }

  /** Values by metric, told at one moment. What is no finite number is kept as NaN; a later value of a step replaces an earlier one. */
  add(table: string, moment: Moment, values: Iterable<readonly [metric: string, value: number]>): void {
    const into = this.table(table);
    const row = into.add(moment);
    for (const [metric, value] of values) put(into.column(metric), row, value);
  }

  /** In the order in which they were first told. */
  metrics(): string[] {
    return [...this.tables.values()].flatMap(({ columns }) => [...columns.keys()]);
  }

  /** Good until more is added. */
  curve(metric: string): Curve | undefined {
    const table = [...this.tables.values()].find(({ columns }) => columns.has(metric));
    const column = table?.settle().columns.get(metric);
    if (table === undefined || column === undefined) return undefined;
    const curve = { steps: table.steps.view(), values: column.view(), times: table.times.view() };
    if (!curve.values.includes(absent)) return curve;
    const isTold = (_: number, row: number): boolean => curve.values[row] !== absent;
    return { steps: curve.steps.filter(isTold), values: curve.values.filter(isTold), times: curve.times.filter(isTold) };
  }
}

/** What has to be said where that many values found no room. */
export function leftOutText(values: number): string[] {
  const [columns, numbers] = [mostKept.columns, mostKept.numbers].map(most => most.toLocaleString('en'));
  return values === 0 ? [] : [`${values.toLocaleString('en')} values are left out: at most ${columns} curves, and ${numbers} numbers in all, are kept.`];
}

/** A log of another program, read whole. */
export interface LogRun {
  readonly series: SeriesStore;
  /** The curve that is shown as the loss, and the one that the run is judged by, where it tells any. */
  readonly loss: string | null;
  readonly metric: string | null;
  /** Settings that it tells, nested ones with dots between. */
  readonly settings: readonly { readonly key: string; readonly value: string }[];
  /** By step. */
  readonly samples: readonly RunSample[];
  readonly totalSteps: number | null;
  /** Milliseconds since 1970. */
  readonly started: number | null;
  readonly updated: number | null;
  /** `null`: the log does not tell. */
  readonly isFinished: boolean | null;
  /** Absolute folders. */
  readonly checkpoints: readonly { readonly step: number; readonly folder: string }[];
  /** What has to be said of its files, such as lines passed over. */
  readonly warnings: readonly string[];
}
