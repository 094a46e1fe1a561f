/** Passes of no model: texts and maps as a test writes them down. */
import { expect } from 'vitest';
import type { Axis, AxisToken, Inspection, MapChoice, MapReading } from '../../../protocol/inspection.ts';
import { plainReading } from '../../../protocol/inspection.ts';
import type { MapKind, Span, TokenRange } from '../../../protocol/trace.ts';
import { byteSteps } from '../../taps/byte-steps.ts';
import { Random } from '../../training/random.ts';
import type { HeldLayer, HeldPass, MapArrays } from '../held.ts';
import { readMap } from './index.ts';

/** A map as a test writes it down, `[row][column]`. */
export type Rows = readonly (readonly number[])[];

/** `[CLS] the cat +s | ran [SEP]`: tokens between spaces; `+` goes on with a word, brackets are special, `|` ends a sentence. */
export function axisOf(written: string, side: Axis['side'] = 'source'): Axis {
  let text = '';
  const tokens: AxisToken[] = [];
  const words: Span[] = [];
  const ends: number[] = [];
  for (const piece of written.split(' ').filter(Boolean)) {
    if (piece === '|') {
      ends.push(tokens.length);
    } else if (/^\[.+\]$/.test(piece)) {
      tokens.push({ text: piece, start: text.length, end: text.length, special: true });
    } else if (piece.startsWith('+')) {
      const [start, word] = [text.length, words.at(-1)];
      text += piece.slice(1);
      tokens.push({ text: `##${piece.slice(1)}`, start, end: text.length, special: false });
      if (word !== undefined) words[words.length - 1] = { ...word, end: text.length };
    } else {
      text += text === '' ? '' : ' ';
      const start = text.length;
      text += piece;
      tokens.push({ text: piece, start, end: text.length, special: false });
      words.push({ start, end: text.length });
    }
  }
  ends.push(tokens.length);
  const sentences = ends.map((end, index): TokenRange => ({ first: ends[index - 1] ?? 0, end }));
  return { side, text, tokens, words, sentences };
}

export interface LayerGiven {
  readonly kind?: MapKind;
  readonly layer?: number;
  readonly queries?: number;
  readonly keys?: number;
  readonly heads: readonly Rows[];
  /** Norms of values, `[head][key]`. */
  readonly values?: Rows;
  readonly inBytes?: boolean;
}

/** A pass over texts, each layer in one block. */
export function passOf(axes: readonly Axis[], given: readonly LayerGiven[]): HeldPass {
  const layers = given.map(({ kind = 'encoder', layer = 0, queries = 0, keys = 0, heads, values, inBytes = false }): HeldLayer => {
    const [rows, columns] = [heads[0]?.length ?? 0, heads[0]?.[0]?.length ?? 0];
    const weights = Float32Array.from(heads.flat(2));
    const whole = {
      rows: { first: 0, end: rows },
      columns: { first: 0, end: columns },
      weights: inBytes ? Uint8Array.from(weights, weight => Math.round(weight * byteSteps)) : weights,
    };
    return { kind, layer, heads: heads.length, queries, keys, rows, columns, blocks: [whole], shifts: [], ...(values && { values: Float32Array.from(values.flat()) }) };
  });
  return { folder: 'model', inspection: inspectionOf(axes), layers };
}

function inspectionOf(axes: readonly Axis[]): Inspection {
  return {
    id: 'inspection',
    asked: { model: 'model', text: axes[0]?.text ?? '', languageId: 'plaintext', beam: 1, interventions: [] },
    model: 'model',
    axes,
    layers: [],
    usual: undefined,
    image: undefined,
    output: { kind: 'read' },
    isRounded: false,
    warnings: [],
  };
}

/** Rows that sum up to 1, as a softmax makes them. */
export function randomMap(name: string, rows: number, columns: number, { isCausal = false } = {}): number[][] {
  const random = new Random(name);
  return Array.from({ length: rows }, (_, row) => {
    const weights = Array.from({ length: columns }, (_, column) => (isCausal && column > row ? 0 : random.uniform() ** 4));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map(weight => weight / sum);
  });
}

export const unhurried = new AbortController().signal;

/** A whole map as it is read, value by value; by default that of the first head. */
export async function valuesOf(pass: HeldPass, reading: Partial<MapReading> = {}, choice: Partial<MapChoice> = {}): Promise<{ rows: number[][]; told: MapArrays }> {
  const one: MapChoice = { of: 'heads', kind: 'encoder', layer: 0, heads: [0], by: 'mean' };
  const params = { reading: { ...plainReading, ...reading }, most: { rows: 10_000, columns: 10_000 }, values: 'floats' } as const;
  const told = await readMap({ pass, choice: { ...one, ...choice } as MapChoice }, undefined, params, unhurried);
  return { rows: rowsOf(told), told };
}

export function rowsOf({ cells, size: { rows, columns } }: MapArrays): number[][] {
  return Array.from({ length: rows }, (_, row) => [...cells.subarray(row * columns, (row + 1) * columns)]);
}

/** To the precision of float32. */
export function expectRows(found: Rows, expected: Rows): void {
  expect(found.map(row => row.length)).toEqual(expected.map(row => row.length));
  found.forEach((row, index) => row.forEach((weight, column) => expect(weight).toBeCloseTo(expected[index]?.[column] ?? Number.NaN, 6)));
}
