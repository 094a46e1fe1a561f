/** Which lines are drawn, and where. */
import type { TokenRange } from '../../../protocol/trace.ts';
import { colourOf } from '../../../protocol/head-colours.ts';
import type { HeadLines } from '../inspector.ts';
import type { Lines } from './raster.ts';

export type LineSet = Pick<HeadLines, 'queries' | 'keys' | 'heads' | 'weights'>;

/** Rows or columns of the map: tokens or words of one side. */
export interface Side {
  readonly axis: 'query' | 'key';
  readonly range: TokenRange;
}

/** The most lines that are asked for at once: drawing them takes about a frame. */
export const mostLines = 10_000;

/** Those of some heads and, where it is given, of a side alone; in the order they were. */
export function linesOf(lines: LineSet, heads: readonly number[], side?: Side): LineSet {
  const shown = new Uint8Array(256);
  for (const head of heads) shown[head] = 1;
  const { first, end } = side?.range ?? { first: 0, end: Infinity };
  const ends = side?.axis === 'key' ? lines.keys : lines.queries;
  const which: number[] = [];
  for (let line = 0; line < lines.weights.length; line++) {
    const at = ends[line] ?? 0;
    if (at >= first && at < end && shown[lines.heads[line] ?? 0] === 1) which.push(line);
  }
  if (which.length === lines.weights.length) return lines;
  const pick = (line: number): number => which[line] ?? 0;
  return {
    queries: Uint16Array.from(which, (_, index) => lines.queries[pick(index)] ?? 0),
    keys: Uint16Array.from(which, (_, index) => lines.keys[pick(index)] ?? 0),
    heads: Uint8Array.from(which, (_, index) => lines.heads[pick(index)] ?? 0),
    weights: Float32Array.from(which, (_, index) => lines.weights[pick(index)] ?? 0),
  };
}

/** The strongest so many. */
export function strongestOf({ queries, keys, heads, weights }: LineSet, count: number): LineSet {
  return { queries: queries.slice(-count), keys: keys.slice(-count), heads: heads.slice(-count), weights: weights.slice(-count) };
}

/** What shows at full strength: 1, the weight of a row that looks at one thing alone, or more where weights are more than shares. */
export function fullOf({ weights }: LineSet): number {
  return Math.max(1, weights.at(-1) ?? 0);
}

export interface LinePlaces {
  /** The row and the column of the map that are drawn first. */
  readonly row: number;
  readonly column: number;
  /** Pixels from one to the next. */
  readonly pitch: number;
}

/**
 * How a weight becomes a line's opacity: it is divided among the heads that are shown, or is the opacity itself, or its square root is.
 */
export type LineShade = 'shared' | 'whole' | 'root';

/** Of all lines, and of those of a token in focus; in high contrast what is faint is drawn more strongly. */
export function shadeOf(isFocused: boolean, isHighContrast: boolean): LineShade {
  if (isFocused) return isHighContrast ? 'root' : 'whole';
  return isHighContrast ? 'whole' : 'shared';
}

/** @param full the weight at which a line is opaque, shared or not */
export function opacityOf(weight: number, shade: LineShade, full: number, active: number): number {
  const share = Math.min(1, weight / full);
  return shade === 'shared' ? share / active : shade === 'root' ? Math.sqrt(share) : share;
}

/** Lines from the middle of a row to the middle of a column. */
export function placed({ queries, keys, heads, weights }: LineSet, { row, column, pitch }: LinePlaces, opacity: (weight: number) => number): Lines {
  return {
    from: Float32Array.from(queries, query => (query - row + 0.5) * pitch),
    to: Float32Array.from(keys, key => (key - column + 0.5) * pitch),
    opacity: weights.map(opacity),
    colour: heads.map(colourOf),
  };
}

/** How strongly each row or column of the other side is met by a side's lines, `[index of the head among heads][other]`. */
export function meetings(lines: LineSet, side: Side, heads: readonly number[], count: number): readonly Float32Array[] {
  const others = side.axis === 'query' ? lines.keys : lines.queries;
  const met = heads.map(() => new Float32Array(count));
  for (let line = 0; line < lines.weights.length; line++) {
    const ofHead = met[heads.indexOf(lines.heads[line] ?? 0)];
    const other = others[line] ?? 0;
    if (ofHead !== undefined && other < count) ofHead[other] = Math.max(ofHead[other] ?? 0, lines.weights[line] ?? 0);
  }
  return met;
}
