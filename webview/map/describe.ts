/** A map in words, for tooltips and screen readers. */
import { isEvidence, one, strengthAt, strongest, strongestOf, weightAt, type IndexRange, type MapData, type MapFocus, type MapLabel } from './data.ts';

/** A word with its weight. */
export interface Entry {
  readonly label: string;
  readonly weight: number;
  /** How strongly it shows, -1…1. */
  readonly strength: number;
  /** The weight is evidence, for or against. */
  readonly isEvidence: boolean;
}

/** What stands in a tooltip: a heading, and words with their weights, strongest first. */
export interface Description {
  readonly of: 'cell' | 'row' | 'column';
  readonly heading: string;
  readonly entries: readonly Entry[];
}

const most = 4;
const least = 0.01;

/** `undefined` where nothing is focused, or the focus is outside the map. */
export function describe(data: MapData, focus: MapFocus): Description | undefined {
  const { rows, columns } = focus;
  const queries = joined(data.rows, rows);
  const keys = joined(data.columns, columns);
  if (rows !== undefined && columns !== undefined) {
    if (queries === '' || keys === '') return undefined;
    const entry = entryOf(data, rows.first, columns.first, keys);
    return { of: 'cell', heading: entry.isEvidence ? `${keys} → ${queries}` : `${queries} → ${keys}`, entries: [entry] };
  }
  if (rows !== undefined && queries !== '') return describeRow(data, rows, queries);
  if (columns !== undefined && keys !== '') return describeColumn(data, columns, keys);
  return undefined;
}

function describeRow(data: MapData, rows: IndexRange, queries: string): Description {
  const evidence = isEvidence(data, rows.first);
  const entries = data.columns.map((label, column): Entry => ({
    label: label.text,
    weight: evidence ? weightAt(data, rows.first, column) : strongest(data, rows, one(column)),
    strength: strongestOf(data, rows, one(column)),
    isEvidence: evidence,
  }));
  const elsewhere = data.elsewhere?.[rows.first] ?? 0;
  const own: Entry[] = elsewhere < least ? [] : [{ label: 'what was written before', weight: elsewhere, strength: elsewhere, isEvidence: false }];
  return { of: 'row', heading: evidence ? `${data.evidence?.isDifference === true ? 'More or less by' : 'Evidence'} ${queries}` : `${queries} attends to`, entries: [...ranked(entries), ...own] };
}

function describeColumn(data: MapData, columns: IndexRange, keys: string): Description {
  const entries = data.rows.map((label, row): Entry => ({
    label: label.text,
    weight: isEvidence(data, row) ? weightAt(data, row, columns.first) : strongest(data, one(row), columns),
    strength: strongestOf(data, one(row), columns),
    isEvidence: isEvidence(data, row),
  }));
  // Few rows, of two kinds: each is told, in their order.
  if (data.evidence?.isDifference === true) return { of: 'column', heading: `More or less to ${keys}`, entries: ranked(entries) };
  if (data.evidence !== undefined) return { of: 'column', heading: keys, entries };
  return { of: 'column', heading: `${keys} is attended to by`, entries: ranked(entries) };
}

/** The exact weight, to the four digits that a softmax in 32-bit floats is worth reading to; evidence with its sign. */
export function exact({ weight, isEvidence: signed }: Pick<Entry, 'weight' | 'isEvidence'>): string {
  return signed ? withSign(weight, 3) : weight.toFixed(4);
}

/** The same for the ear, or for a line of text. */
export function sentence(description: Description): string {
  const [first] = description.entries;
  if (description.of === 'cell' && first !== undefined) {
    const [one = '', other = ''] = description.heading.split(' → ');
    return first.isEvidence ? `${one}: ${exact(first)} ${other}` : `${one} attends to ${other}: ${exact(first)}`;
  }
  const entries = description.entries.map(entry => `${entry.label} ${entry.isEvidence ? withSign(entry.weight, 2) : entry.weight.toFixed(2)}`).join(', ');
  return `${description.heading}: ${entries === '' ? 'nothing in particular' : entries}`;
}

function entryOf(data: MapData, row: number, column: number, label: string): Entry {
  return { label, weight: weightAt(data, row, column), strength: strengthAt(data, row, column), isEvidence: isEvidence(data, row) };
}

function withSign(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

function ranked(entries: readonly Entry[]): Entry[] {
  return entries
    .filter(entry => Math.abs(entry.weight) >= least)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, most);
}

function joined(labels: readonly MapLabel[], range: IndexRange | undefined): string {
  return range === undefined ? '' : labels.slice(range.first, range.end).map(label => label.text).join('');
}
