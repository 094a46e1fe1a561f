/** A map in words, for tooltips, tables and screen readers. */
import {
  certaintyAt, isEvidence, one, strengthAt, strongest, strongestOf, weightAt,
  type AnyMap, type Certainty, type IndexRange, type MapFocus, type MapLabel,
} from './data.ts';
import { windowAt } from './cell-window.ts';

/** A word with its weight. */
export interface Entry {
  readonly label: string;
  readonly weight: number;
  /** How strongly it shows, -1…1. */
  readonly strength: number;
  /** The weight is evidence, for or against. */
  readonly isEvidence: boolean;
  readonly certainty: Certainty;
}

/** What stands in a tooltip: a heading, and words with their weights, strongest first. */
export interface Description {
  readonly of: 'cell' | 'row' | 'column' | 'gap';
  readonly heading: string;
  /** What the vocabulary calls what is headed, where that is another name. */
  readonly raw: string;
  /** It tells how much more one map has than another. */
  readonly isDifference: boolean;
  readonly entries: readonly Entry[];
}

const most = 4;
const least = 0.01;

/** `undefined` where nothing is focused, or the focus is outside the map. */
export function describe(map: AnyMap, focus: MapFocus): Description | undefined {
  const { rows, columns } = focus;
  const queries = joined(map.rows, rows);
  const keys = joined(map.columns, columns);
  const about = {
    raw: [rawOf(map.rows, rows), rawOf(map.columns, columns)].filter(name => name !== '').join(' → '),
    isDifference: map.evidence?.isDifference === true,
  };
  const gap = [map.rows[rows?.first ?? -1], map.columns[columns?.first ?? -1]].find(label => label?.only !== undefined);
  if (gap !== undefined) return { of: 'gap', heading: `${gap.text} stands in ${gap.only === 'map' ? 'the second' : 'the first'} only: there is nothing to compare`, entries: [], ...about };
  if (rows !== undefined && columns !== undefined) {
    if (queries === '' || keys === '') return undefined;
    const entry = entryOf(map, rows.first, columns.first, keys);
    return { of: 'cell', heading: entry.isEvidence && !about.isDifference ? `${keys} → ${queries}` : `${queries} → ${keys}`, entries: [entry], ...about };
  }
  if (rows !== undefined && queries !== '') return { ...describeRow(map, rows, queries), ...about };
  if (columns !== undefined && keys !== '') return { ...describeColumn(map, columns, keys), ...about };
  return undefined;
}

type Ranking = Pick<Description, 'of' | 'heading' | 'entries'>;

function describeRow(map: AnyMap, rows: IndexRange, queries: string): Ranking {
  const evidence = isEvidence(map, rows.first);
  const elsewhere = map.elsewhere?.[rows.first] ?? 0;
  const own: Entry[] = elsewhere < least ? [] : [{ label: 'what was written before', weight: elsewhere, strength: elsewhere, isEvidence: false, certainty: 'exact' }];
  const isDifference = map.evidence?.isDifference === true;
  return { of: 'row', heading: evidence ? `${isDifference ? 'More or less by' : 'Evidence'} ${queries}` : `${queries} attends to`, entries: [...strongestInRow(map, rows, most), ...own] };
}

/** What some rows give most to, the strongest first. */
export function strongestInRow(map: AnyMap, rows: IndexRange, count: number): readonly Entry[] {
  const evidence = isEvidence(map, rows.first);
  return ranked(blocks(map, 'columns', rows.first).map((columns): Entry => ({
    label: named(map.columns, columns),
    weight: evidence ? weightAt(map, rows.first, columns.first) : strongest(map, rows, one(columns.first)),
    strength: strongestOf(map, rows, one(columns.first)),
    isEvidence: evidence,
    certainty: certaintyAt(map, rows.first, columns.first),
  })), count);
}

function describeColumn(map: AnyMap, columns: IndexRange, keys: string): Ranking {
  const entries = blocks(map, 'rows', columns.first).map((rows): Entry => ({
    label: named(map.rows, rows),
    weight: isEvidence(map, rows.first) ? weightAt(map, rows.first, columns.first) : strongest(map, one(rows.first), columns),
    strength: strongestOf(map, one(rows.first), columns),
    isEvidence: isEvidence(map, rows.first),
    certainty: certaintyAt(map, rows.first, columns.first),
  }));
  // Few rows, of two kinds: each is told, in their order.
  if (map.evidence?.isDifference === true) return { of: 'column', heading: `More or less to ${keys}`, entries: ranked(entries, most) };
  if (map.evidence !== undefined) return { of: 'column', heading: keys, entries };
  return { of: 'column', heading: `${keys} is attended to by`, entries: ranked(entries, most) };
}

/** The exact weight, to the four digits that a softmax in 32-bit floats is worth reading to; evidence with its sign. */
export function exact({ weight, isEvidence: signed, certainty }: Pick<Entry, 'weight' | 'isEvidence' | 'certainty'>): string {
  if (certainty === 'exact') return signed ? withSign(weight, 3) : weight.toFixed(4);
  return `${certainty === 'rounded' ? '≈' : 'up to'} ${signed ? withSign(weight, 2) : weight.toFixed(2)}`;
}

/** The same for the ear, or for a line of text. */
export function sentence(description: Description): string {
  const [first] = description.entries;
  if (description.of === 'gap') return description.heading;
  if (description.of === 'cell' && first !== undefined) {
    const [one = '', other = ''] = description.heading.split(' → ');
    if (description.isDifference) return `${one} attends ${first.weight < 0 ? 'less' : 'more'} to ${other}: ${exact(first)}`;
    return first.isEvidence ? `${one}: ${exact(first)} ${other}` : `${one} attends to ${other}: ${exact(first)}`;
  }
  const entries = description.entries.map(entry => `${entry.label} ${brief(entry)}`).join(', ');
  return `${description.heading}: ${entries === '' ? 'nothing in particular' : entries}`;
}

/** As few digits as tell weights apart. */
export function brief({ weight, isEvidence: signed }: Pick<Entry, 'weight' | 'isEvidence'>): string {
  const size = Math.abs(weight);
  const digits = size >= 0.01 || size === 0 ? size.toFixed(2) : size.toPrecision(1);
  return signed ? `${weight < 0 ? '−' : '+'}${digits}` : digits;
}

function entryOf(map: AnyMap, row: number, column: number, label: string): Entry {
  return { label, weight: weightAt(map, row, column), strength: strengthAt(map, row, column), isEvidence: isEvidence(map, row), certainty: certaintyAt(map, row, column) };
}

function withSign(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

function ranked(entries: readonly Entry[], count: number): Entry[] {
  return entries
    .filter(entry => Math.abs(entry.strength) >= least)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, count);
}

/** What can be told apart along a row (`columns`) or a column (`rows`): single ones, or as many as are known as one. */
function blocks(map: AnyMap, along: 'rows' | 'columns', at: number): IndexRange[] {
  const end = map[along].length;
  if ('weights' in map) return Array.from({ length: end }, (_, index) => one(index));
  const found: IndexRange[] = [];
  for (let first = 0; first < end;) {
    const window = along === 'columns' ? windowAt(map.windows, at, first) : windowAt(map.windows, first, at);
    const step = window === undefined ? 1 : window.step[along] - ((first - window[along].first) % window.step[along]);
    found.push({ first, end: Math.min(end, first + step) });
    first += step;
  }
  return found;
}

function named(labels: readonly MapLabel[], { first, end }: IndexRange): string {
  const [from, to] = [labels[first]?.text ?? '', labels[end - 1]?.text ?? ''];
  return end - first === 1 ? from : `${from} … ${to}`;
}

function joined(labels: readonly MapLabel[], range: IndexRange | undefined): string {
  return range === undefined ? '' : labels.slice(range.first, range.end).map(label => label.text).join('');
}

function rawOf(labels: readonly MapLabel[], range: IndexRange | undefined): string {
  if (range === undefined) return '';
  return labels.slice(range.first, range.end).flatMap(({ text, raw }) => (raw === undefined || raw === text ? [] : [raw])).join(' ');
}
