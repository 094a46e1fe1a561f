import type { Axis, InspectedLayer, Inspection, MapChoice, MapLabelRange, MapReading, MapWindow } from '../../protocol/inspection.ts';
import type { PointedTokens } from '../../protocol/inspect-page.ts';
import { kindNames } from '../../protocol/map-name.ts';
import type { Span } from '../../protocol/trace.ts';
import { wordOfTokens } from '../../protocol/words.ts';
import type { FollowedMap } from '../annotations/followed.ts';

/** More words than these are not told apart in a tint: what is asked for stays small. */
export const mostWords = 512;

/** The same reading, in units that a document can show. */
export function inWords(reading: MapReading): MapReading {
  return { ...reading, unit: reading.unit === 'sentences' ? 'sentences' : 'words' };
}

/** A map as it is read, and whose words its rows and columns are. */
export interface WordMap {
  /** By row and column of the window: the words of its axis. */
  readonly rows: readonly (readonly number[])[];
  readonly columns: readonly (readonly number[])[];
  /** `[row][column]`: of several, their mean. */
  readonly weights: readonly Float32Array[];
  /** How many rows of the map each row is the mean of. */
  readonly heights: readonly number[];
  /** Indices into the inspection's axes. */
  readonly queries: number;
  readonly keys: number;
}

/** The layer whose axes a choice's map has. */
export function layerOf({ layers }: Pick<Inspection, 'layers'>, choice: MapChoice): InspectedLayer | undefined {
  return layers.find(({ kind, layer }) => kind === choice.kind && (choice.of === 'layers' ? choice.layers === 'all' || choice.layers.includes(layer) : layer === choice.layer));
}

/** @param window of `floats`, the whole map; what is more than it shows is pooled by its mean */
export function wordMapOf({ axes }: Pick<Inspection, 'axes'>, { queries, keys }: InspectedLayer, window: MapWindow): WordMap {
  const [rows, columns] = [axes[queries], axes[keys]];
  const height = Math.ceil(window.size.rows / window.step.rows);
  const width = Math.ceil(window.size.columns / window.step.columns);
  const bytes = Uint8Array.from(Buffer.from(window.cells, 'base64'));
  const cells = new Float32Array(bytes.buffer, 0, Math.min(height * width, Math.floor(bytes.length / 4)));
  return {
    rows: wordsOf(rows, window.labels?.rows, window.step.rows),
    columns: wordsOf(columns, window.labels?.columns, window.step.columns),
    weights: Array.from({ length: height }, (_, row) => cells.subarray(row * width, (row + 1) * width)),
    heights: Array.from({ length: height }, (_, row) => Math.min(window.step.rows, window.size.rows - row * window.step.rows)),
    queries, keys,
  };
}

/** By cell of a side, the words that it stands for. */
function wordsOf(axis: Axis | undefined, labels: readonly MapLabelRange[] = [], step: number): number[][] {
  const words = axis === undefined ? [] : wordOfTokens(axis.tokens, axis.words);
  const cells: number[][] = Array.from({ length: Math.ceil(labels.length / step) }, () => []);
  labels.forEach(({ first, end }, index) => {
    const within = words.slice(first, end).filter(word => word >= 0);
    cells[Math.floor(index / step)]?.push(...new Set(within));
  });
  return cells;
}

/**
 * What a document shows of a map.
 * @param text that was given
 * @returns `undefined` where it is not of this text: another one was put in its place, or it is of an image
 */
export function followedOf({ axes }: Pick<Inspection, 'axes'>, map: WordMap, pointed: PointedTokens | undefined, text: string): Omit<FollowedMap, 'uri' | 'span' | 'name'> | undefined {
  const source = axes.findIndex(({ side, text: read }) => side === 'source' && read.startsWith(text));
  const axis = axes[source];
  if (axis === undefined) return undefined;
  // What a model goes on writing stands behind the text that was given.
  const words = axis.words.filter(({ end }) => end <= text.length);
  if (map.keys !== source) return { words, received: [], map: undefined, pointed: onItself(axis, pointed, source, words), largest: { received: 0, pointed: 1 } };
  const written = axes[map.queries];
  const received = byWord(map.weights.map((row, index) => row.map(weight => weight * (map.heights[index] ?? 1))), map.columns, axis.words.length);
  const shares = pointedShares(axes, map, pointed, axis.words);
  return {
    words,
    received: received.slice(0, words.length),
    map: written?.side === 'target' ? byRow(map, written.words.length, words.length) : undefined,
    pointed: shares?.slice(0, words.length),
    largest: { received: Math.max(0, ...received), pointed: Math.max(0, ...(shares ?? [])) },
  };
}

/** What each word got of some rows. */
function byWord(rows: readonly Float32Array[], columns: readonly (readonly number[])[], count: number): number[] {
  const received = new Array<number>(count).fill(0);
  for (const row of rows) {
    columns.forEach((words, column) => {
      for (const word of words) if (word < count) received[word] = (received[word] ?? 0) + (row[column] ?? 0);
    });
  }
  return received;
}

function byRow(map: WordMap, rows: number, columns: number): number[][] {
  const all = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  map.rows.forEach((words, index) => {
    const weights = map.weights[index];
    if (weights === undefined) return;
    for (const word of words) all[word] = byWord([weights], map.columns, columns);
  });
  return all;
}

/** What is pointed at, as the document shows it: what it looks at, or what looks at it, or else its own words. */
function pointedShares(axes: readonly Axis[], map: WordMap, pointed: PointedTokens | undefined, words: readonly Span[]): number[] | undefined {
  if (pointed === undefined) return undefined;
  const axis = axes[pointed.axis];
  if (axis === undefined) return undefined;
  const at = new Set(wordOfTokens(axis.tokens, axis.words).slice(pointed.tokens.first, pointed.tokens.end));
  const isAt = (cell: readonly number[]): boolean => cell.some(word => at.has(word));
  if (pointed.as === 'query' && pointed.axis === map.queries) {
    const rows = map.weights.filter((_, row) => isAt(map.rows[row] ?? []));
    return byWord(rows, map.columns, words.length).map(weight => weight / Math.max(1, rows.length));
  }
  if (pointed.as === 'key' && pointed.axis === map.keys && map.queries === map.keys) {
    const columns = map.columns.flatMap((cell, column) => (isAt(cell) ? [column] : []));
    const looking = map.weights.map(row => Float32Array.of(columns.reduce((sum, column) => sum + (row[column] ?? 0), 0)));
    const shares = new Array<number>(words.length).fill(0);
    map.rows.forEach((cell, row) => {
      for (const word of cell) if (word < words.length) shares[word] = looking[row]?.[0] ?? 0;
    });
    return shares;
  }
  return onItself(axis, pointed, map.keys, words);
}

function onItself({ tokens, words: all }: Axis, pointed: PointedTokens | undefined, source: number, words: readonly Span[]): number[] | undefined {
  if (pointed?.axis !== source) return undefined;
  const at = new Set(wordOfTokens(tokens, all).slice(pointed.tokens.first, pointed.tokens.end));
  return words.map((_, word) => (at.has(word) ? 1 : 0));
}

/** "layer 3, head 5 of the encoder, over the whole text; weighted by values". */
export function nameOf(choice: MapChoice, { valueWeighted, normalise }: MapReading): string {
  const how = [
    ...(valueWeighted ? ['weighted by the values’ norms'] : []),
    ...(normalise === 'none' ? [] : [`normalised by ${normalise === 'all' ? 'the whole' : normalise}`]),
  ];
  return [`${partOf(choice)} of the ${kindNames[choice.kind].long.toLowerCase()}`, ...how].join('; ');
}

function partOf(choice: MapChoice): string {
  switch (choice.of) {
    case 'heads': return `layer ${choice.layer + 1}, ${headsName(choice.heads, choice.by)}`;
    case 'layers': return `${choice.by === 'mean' ? 'the mean' : 'the largest'} of ${choice.layers === 'all' ? 'all layers' : `layers ${choice.layers.map(layer => layer + 1).join(', ')}`}`;
    case 'rollout': return `attention rollout up to layer ${choice.layer + 1}`;
    case 'flow': return `attention flow up to layer ${choice.layer + 1}`;
  }
}

function headsName(heads: readonly number[] | 'all', by: 'mean' | 'max'): string {
  if (heads !== 'all' && heads.length === 1) return `head ${(heads[0] ?? 0) + 1}`;
  return `${by === 'mean' ? 'the mean' : 'the largest'} of ${heads === 'all' ? 'all heads' : `heads ${heads.map(head => head + 1).join(', ')}`}`;
}
