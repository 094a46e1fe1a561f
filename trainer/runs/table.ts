/** Numbers that are told together, a row a step. */
import { Numbers } from './numbers.ts';

/** In a column: nothing is told there. NaN stands for whatever is told and is no finite number. */
export const absent = Number.POSITIVE_INFINITY;

export interface Moment {
  readonly step: number;
  /** Milliseconds since 1970; NaN where it is not told. */
  readonly time: number;
  /** Counts starts and resumptions from 1. */
  readonly attempt: number;
}

/** What of a table of somebody's numbers is kept, eight bytes each: curves, and numbers of all of them together with their steps, times and attempts. */
export const mostKept = { columns: 1000, numbers: 32_000_000 } as const;

export class Table {
  /** `[row]`; they ascend once the table is settled. */
  readonly steps: Numbers;
  readonly times: Numbers;
  readonly attempts: Numbers;
  readonly columns: Map<string, Numbers>;
  /** Whether a step may have several rows in one attempt. */
  readonly several: boolean;
  /** Rows `[0, settled)` ascend, and none is of an attempt that another one of its step goes beyond. */
  #settled: number;

  /** @param arrays of a settled table */
  constructor(several: boolean, arrays?: { readonly steps: Numbers; readonly times: Numbers; readonly attempts: Numbers; readonly columns: ReadonlyMap<string, Numbers> }) {
    this.several = several;
    this.steps = arrays?.steps ?? new Numbers();
    this.times = arrays?.times ?? new Numbers();
    this.attempts = arrays?.attempts ?? new Numbers();
    this.columns = new Map(arrays?.columns);
    this.#settled = this.steps.length;
  }

  /** Begins a row, whose values are `set` then. @returns its number until the table is settled */
  add({ step, time, attempt }: Moment): number {
    const row = this.steps.length;
    const last = this.steps.at(row - 1);
    if (this.#settled === row && (row === 0 || step > last)) this.#settled++;
    this.steps.push(step);
    this.times.push(time);
    this.attempts.push(attempt);
    return row;
  }

  /** Whether there is room for another row, or another column. */
  hasRoomFor(what: 'row' | 'column'): boolean {
    const [rows, columns] = what === 'row' ? [this.steps.length + 1, this.columns.size] : [this.steps.length, this.columns.size + 1];
    return columns <= mostKept.columns && rows * (columns + 3) <= mostKept.numbers;
  }

  column(name: string): Numbers {
    const known = this.columns.get(name);
    if (known !== undefined) return known;
    const column = new Numbers();
    this.columns.set(name, column);
    return column;
  }

  /**
   * Brings the rows into the order of their steps. Of a step stays what the highest attempt told, and of several rows of that
   * attempt one with the last of each column's values, unless a step may have several.
   */
  settle(): this {
    const rows = this.steps.length;
    for (const column of this.columns.values()) column.resize(rows, absent);
    if (this.#settled === rows) return this;
    let least = Number.POSITIVE_INFINITY;
    for (let row = this.#settled; row < rows; row++) least = Math.min(least, this.steps.at(row));
    const from = lowerBound(this.steps.view().subarray(0, this.#settled), least);
    const order = Array.from({ length: rows - from }, (_, index) => from + index).sort(
      (one, other) => this.steps.at(one) - this.steps.at(other) || this.attempts.at(one) - this.attempts.at(other) || one - other,
    );
    this.#rewrite(from, this.several ? this.#highest(order) : this.#merged(order));
    return this;
  }

  /** @param order by step, attempt and row. @returns of each step the rows of its highest attempt */
  #highest(order: readonly number[]): number[] {
    const kept: number[] = [];
    let [step, attempt] = [Number.NaN, Number.NaN];
    for (const row of order.toReversed()) {
      if (this.steps.at(row) === step && this.attempts.at(row) < attempt) continue;
      [step, attempt] = [this.steps.at(row), this.attempts.at(row)];
      kept.push(row);
    }
    return kept.reverse();
  }

  /** @returns of each step the last row of its highest attempt, which has got what the rows before it alone tell */
  #merged(order: readonly number[]): number[] {
    const kept: number[] = [];
    for (const row of this.#highest(order)) {
      const before = kept.at(-1);
      if (before !== undefined && this.steps.at(before) === this.steps.at(row)) {
        for (const column of this.columns.values()) {
          if (column.at(row) === absent) column.set(row, column.at(before));
        }
        kept.pop();
      }
      kept.push(row);
    }
    return kept;
  }

  #rewrite(from: number, rows: readonly number[]): void {
    for (const numbers of [this.steps, this.times, this.attempts, ...this.columns.values()]) {
      const values = rows.map(row => numbers.at(row));
      values.forEach((value, index) => numbers.set(from + index, value));
      numbers.resize(from + values.length, absent);
    }
    this.#settled = from + rows.length;
  }
}

/** Sets a row's value in a column that may have been left out of rows before. */
export function put(column: Numbers, row: number, value: number): void {
  if (column.length > row) return column.set(row, Number.isFinite(value) ? value : Number.NaN);
  column.resize(row, absent);
  column.push(Number.isFinite(value) ? value : Number.NaN);
}

/** The first place in ascending numbers whose number is at least `least`. */
export function lowerBound(ascending: Float64Array, least: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
