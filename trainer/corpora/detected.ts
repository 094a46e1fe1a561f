/** What a look at data finds: a way to read them, and what a config says to have them read so. */
import type { DataColumn, DataReading, DataRole } from '../../protocol/config.ts';
import { rowsIn, type Sample, type SampledRow } from './sample.ts';

/** A column's index for each role. */
export type Roles = Readonly<Record<string, number>>;

export interface Detected {
  readonly reading: DataReading;
  /** The part of a config's "data" that names them, with absolute files. */
  source(roles: Roles): Readonly<Record<string, unknown>>;
  /** Of each text that a row holds — a source and its target —, how long it is, in characters, over the rows sampled. */
  lengths(roles: Roles): readonly (readonly number[])[];
  /** Pixels of the images; of texts nothing. */
  readonly image?: { readonly width: number; readonly height: number };
}

/** The roles that were detected, but for what is wanted otherwise. */
export function rolesOf({ reading: { roles } }: Detected, wanted: Roles = {}): Roles {
  return Object.fromEntries(roles.map(({ role, column }) => [role, wanted[role] ?? column]));
}

export interface TextFacts {
  readonly id: string;
  readonly title: string;
  readonly sample: Sample;
  /** Bytes of the data in all. */
  readonly bytes: number;
  readonly names: readonly string[];
  readonly header?: boolean;
  readonly roles?: readonly DataRole[];
  /** Columns whose lengths count where no roles tell. */
  readonly texts?: readonly number[];
  readonly problems?: readonly string[];
  readonly source: Detected['source'];
}

/** Values of a column that are shown. */
const examples = 2;

export function detectedText({ id, title, sample, bytes, names, header = false, roles = [], texts = [0], problems = [], source }: TextFacts): Detected {
  const rows = header ? sample.rows.slice(1) : sample.rows;
  const columns = names.map((name, column): DataColumn => ({ name, examples: rows.slice(0, examples).map(({ cells }) => cells[column] ?? '') }));
  const told = [...(sample.problem === undefined ? [] : [sample.problem]), ...problems];
  return {
    reading: { id, title, columns, roles, rows: Math.max(0, rowsIn(sample, bytes) - (header ? 1 : 0)), isCounted: sample.isWhole, problems: [...new Set(told)] },
    source,
    lengths: wanted => {
      const chosen = roles.filter(({ role }) => role !== 'label').map(({ role, column }) => wanted[role] ?? column);
      return (chosen.length > 0 ? chosen : texts).map(column => lengthsOf(rows, column));
    },
  };
}

function lengthsOf(rows: readonly SampledRow[], column: number): number[] {
  return rows.map(({ lengths }) => lengths[column] ?? 0).toSorted((one, other) => one - other);
}
