/** A map in words, for tooltips and screen readers. */
import { strongest, weightAt, one, type IndexRange, type MapData, type MapFocus, type MapLabel } from './data.ts';

/** What stands in a tooltip: a heading, and words with their weights, strongest first. */
export interface Description {
  readonly heading: string;
  readonly entries: readonly { readonly label: string; readonly weight: number }[];
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
    return { heading: `${queries} → ${keys}`, entries: [{ label: keys, weight: weightAt(data, rows.first, columns.first) }] };
  }
  if (rows !== undefined && queries !== '') {
    return { heading: `${queries} attends to`, entries: ranked(data.columns, index => strongest(data, rows, one(index))) };
  }
  if (columns !== undefined && keys !== '') {
    return { heading: `${keys} is attended to by`, entries: ranked(data.rows, index => strongest(data, one(index), columns)) };
  }
  return undefined;
}

/** The exact weight, to the four digits that a softmax in 32-bit floats is worth reading to. */
export function exact(weight: number): string {
  return weight.toFixed(4);
}

/** The same for the ear, or for a line of text. */
export function sentence(description: Description): string {
  const [first] = description.entries;
  if (description.heading.includes(' → ') && first !== undefined) {
    return `${description.heading.replace(' → ', ' attends to ')}: ${exact(first.weight)}`;
  }
  const entries = description.entries.map(entry => `${entry.label} ${entry.weight.toFixed(2)}`).join(', ');
  return `${description.heading}: ${entries === '' ? 'nothing in particular' : entries}`;
}

function ranked(labels: readonly MapLabel[], weightOf: (index: number) => number): Description['entries'] {
  return labels
    .map((label, index) => ({ label: label.text, weight: weightOf(index) }))
    .filter(entry => entry.weight >= least)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most);
}

function joined(labels: readonly MapLabel[], range: IndexRange | undefined): string {
  return range === undefined ? '' : labels.slice(range.first, range.end).map(label => label.text).join('');
}
