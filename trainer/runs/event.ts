/** One line of events.jsonl as whoever reads it takes it: any program may have written it (docs/run-directory.md). */
import type { Moment } from './table.ts';

export interface RunEventLine extends Moment {
  readonly type: string;
  /** All that the line has, these too. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** By hand, since a run may have a million lines. @returns nothing where it is no event */
export function parseEvent(text: string): RunEventLine | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(fields)) return undefined;
  const { type, attempt, step, time } = fields;
  if (typeof type !== 'string' || !isCount(attempt) || attempt < 1 || !isCount(step)) return undefined;
  return { type, attempt, step, time: typeof time === 'string' ? Date.parse(time) : Number.NaN, fields };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
