/** A model's heads for tests of what draws them, answered as the worker does. Made in the page, which they are too large to be sent to. */
import type { Axis, HeadFacts, HeadsParams, InspectedLayer, Inspection, LinesParams, MapLabelRange } from '../../protocol/inspection.ts';
import { byteOf } from '../../protocol/map-bytes.ts';
import type { HeadInLittle, HeadLines, Inspector } from '../../webview/inspect/inspector.ts';

export interface SampleModel {
  readonly layers: number;
  readonly heads: number;
  readonly tokens: number;
  /** It also writes: cross-attention of as many layers, from half as many tokens. */
  readonly isTranslator?: boolean;
  readonly sentences?: number;
}

const words = 'the model of attention layer a head token and query key value in to weight is softmax it sentence that'.split(' ');
const roles = ['previous', 'first', 'diagonal', undefined] as const;

export function sampleInspection({ layers, heads, tokens, isTranslator = false, sentences = 1 }: SampleModel): Inspection {
  const layer = (kind: 'encoder' | 'cross', index: number): InspectedLayer => ({
    kind, layer: index, heads, queries: kind === 'cross' ? 1 : 0, keys: 0, hasArithmetic: false, hasValues: false,
  });
  const kinds = isTranslator ? ['encoder', 'cross'] as const : ['encoder'] as const;
  return {
    id: 'sample', asked: { model: 'sample', text: '', languageId: 'plaintext', beam: 1, interventions: [] }, model: 'sample',
    axes: [axisOf(tokens, sentences, 'source'), axisOf(Math.ceil(tokens / 2), sentences, 'target')],
    layers: kinds.flatMap(kind => Array.from({ length: layers }, (_, index) => layer(kind, index))),
    usual: undefined, image: undefined, output: { kind: 'read' }, isRounded: false, warnings: [],
  };
}

export interface SampleInspector extends Inspector {
  /** What was asked for, in order. */
  readonly asked: { readonly lines: LinesParams[]; readonly heads: HeadsParams[] };
  /** The next question is answered with this failure. */
  failure: Error | undefined;
}

export function sampleInspector(sample: SampleModel): SampleInspector {
  const inspection = sampleInspection(sample);
  const maps = new Map<string, Float32Array>();
  const sizeOf = (kind: string): { rows: number; columns: number; layer: InspectedLayer | undefined } => {
    const layer = inspection.layers.find(one => one.kind === kind);
    return { rows: inspection.axes[layer?.queries ?? 0]?.tokens.length ?? 0, columns: inspection.axes[layer?.keys ?? 0]?.tokens.length ?? 0, layer };
  };
  const mapOf = (kind: string, layer: number, head: number): Float32Array => {
    const key = `${kind} ${layer} ${head}`;
    const { rows, columns } = sizeOf(kind);
    const map = maps.get(key) ?? makeMap(rows, columns, layer, head);
    maps.set(key, map);
    return map;
  };
  const notNow = (): Promise<never> => Promise.reject(new Error('is asked for in no test'));
  const self: SampleInspector = {
    asked: { lines: [], heads: [] },
    failure: undefined,
    map: notNow,
    arithmetic: notNow,
    influence: notNow,
    lines: async params => {
      self.asked.lines.push(params);
      if (self.failure !== undefined) throw self.failure;
      const { rows, columns, layer } = sizeOf(params.kind);
      const labels = { rows: labelsOf(inspection.axes[layer?.queries ?? 0]), columns: labelsOf(inspection.axes[layer?.keys ?? 0]) };
      return linesOf(params, params.heads.map(head => mapOf(params.kind, params.layer, head)), { rows, columns, labels });
    },
    heads: async params => {
      self.asked.heads.push(params);
      if (self.failure !== undefined) throw self.failure;
      return inspection.layers.flatMap(({ kind, layer, heads }) => Array.from({ length: heads }, (_, head) => {
        const { rows, columns } = sizeOf(kind);
        const side = Math.min(params.side, rows);
        const across = Math.min(params.side, columns);
        return { ...factsOf(kind, layer, head, params), rows: side, columns: across, cells: inBytes(makeMap(side, across, layer, head)) };
      }));
    },
  };
  return self;
}

/** Heads look at the token before, at the first, about, or far away; the later the layer, the less sharply. */
function makeMap(rows: number, columns: number, layer: number, head: number): Float32Array {
  const map = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const at = (row * columns) / rows;
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const haze = (0.02 + 0.01 * layer) * noise(row + 97 * head, column + 31 * layer);
      // Heads of one kind do not look at the same.
      const shift = Math.floor(head / roles.length);
      const far = noise(row + head, column + layer) > 1 - 2 / columns ? 1 : 0;
      const seen = [Math.exp(-Math.abs(column - at + 1 + 2 * shift)), column === 5 * shift ? 3 : 0.2 * far, Math.exp(-Math.abs(column - at - 4 * shift) / 3), far][head % roles.length] ?? 0;
      const weight = haze + seen;
      map[row * columns + column] = weight;
      sum += weight;
    }
    for (let column = 0; column < columns; column++) map[row * columns + column] = (map[row * columns + column] ?? 0) / sum;
  }
  return map;
}

function linesOf(params: LinesParams, maps: readonly Float32Array[], { rows, columns, labels }: { rows: number; columns: number; labels: HeadLines['labels'] }): HeadLines {
  const { rows: from = { first: 0, end: rows }, columns: to = { first: 0, end: columns }, most } = params;
  const each = (found: (query: number, key: number, head: number, weight: number) => void): void => maps.forEach((map, index) => {
    for (let query = from.first; query < from.end; query++) {
      for (let key = to.first; key < to.end; key++) found(query, key, params.heads[index] ?? 0, map[query * columns + key] ?? 0);
    }
  });
  const bins = new Uint32Array(100_000);
  each((_, __, ___, weight) => (bins[Math.floor(weight * (bins.length - 1))] = (bins[Math.floor(weight * (bins.length - 1))] ?? 0) + 1));
  let least = bins.length;
  for (let count = 0; least > 0 && count + (bins[least - 1] ?? 0) <= most; least--) count += bins[least - 1] ?? 0;
  const kept: { query: number; key: number; head: number; weight: number }[] = [];
  const hidden = { lines: 0, mass: 0, largest: 0 };
  each((query, key, head, weight) => {
    if (Math.floor(weight * (bins.length - 1)) >= least) kept.push({ query, key, head, weight });
    else {
      hidden.lines++;
      hidden.mass += weight;
      hidden.largest = Math.max(hidden.largest, weight);
    }
  });
  kept.sort((one, other) => one.weight - other.weight);
  return {
    queries: Uint16Array.from(kept, line => line.query), keys: Uint16Array.from(kept, line => line.key),
    heads: Uint8Array.from(kept, line => line.head), weights: Float32Array.from(kept, line => line.weight), hidden, labels,
  };
}

function factsOf(kind: HeadFacts['kind'], layer: number, head: number, { similarTo }: HeadsParams): HeadFacts {
  const role = roles[head % roles.length];
  return {
    kind, layer, head, entropy: 0.5 + 3 * noise(layer, head), confidence: noise(head, layer), diagonality: noise(layer + 9, head),
    distance: kind === 'cross' ? null : 20 * noise(layer, head + 9), coverage: noise(layer + 5, head + 5),
    roles: role === undefined ? [] : [{ role, score: 0.6 + 0.39 * noise(layer + 3, head) }],
    similarity: similarTo === undefined || similarTo.kind !== kind ? null : similarTo.layer === layer && similarTo.head === head ? 1 : noise(layer + similarTo.layer, head + similarTo.head) * 0.9,
  };
}

function inBytes(map: Float32Array): HeadInLittle['cells'] {
  const largest = map.reduce((most, weight) => Math.max(most, weight), 0);
  return Uint8Array.from(map, weight => byteOf(weight / largest, false));
}

function axisOf(tokens: number, sentences: number, side: 'source' | 'target'): Axis {
  const texts = Array.from({ length: tokens }, (_, index) => (index === 0 ? '[CLS]' : `${words[(index * 7 + (index >> 4)) % words.length] ?? ''}${side === 'target' ? 'e' : ''}`));
  let at = 0;
  const placed = texts.map((text, index) => {
    const start = at;
    const special = index === 0;
    at += special ? 0 : text.length + 1;
    return { text: special ? text : `${text}</w>`, start, end: special ? start : at - 1, special };
  });
  const each = Math.ceil(tokens / sentences);
  return {
    side, text: texts.slice(1).join(' '), tokens: placed, words: placed.filter(({ special }) => !special).map(({ start, end }) => ({ start, end })),
    sentences: Array.from({ length: sentences }, (_, index) => ({ first: index * each, end: Math.min(tokens, (index + 1) * each) })),
  };
}

function labelsOf(axis: Axis | undefined): readonly MapLabelRange[] {
  return (axis?.tokens ?? []).map(({ text, special }, first) => ({ first, end: first + 1, text: text.replace('</w>', ''), special }));
}

/** 0…1, always the same. */
function noise(row: number, column: number): number {
  const hash = Math.imul(row * 31 + 7, 0x9e3779b1) ^ Math.imul(column * 17 + 3, 0x85ebca6b);
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
}
