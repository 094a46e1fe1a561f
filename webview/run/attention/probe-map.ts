/** From a probe's map to what is drawn. Pure: nothing here touches the page. */
import type { RunProbeMap, RunProbeResult } from '../../../protocol/runs.ts';
import { isSpecialToken } from '../../../protocol/special-token.ts';
import type { MapData, MapLabel } from '../../map/data.ts';

/** So many times what each of its keys would get if all got the same is what a single query shows at full strength. */
const timesEven = 8;

/**
 * Rows are queries, columns keys. The scale is the same at every step, so that a map that sharpens is seen to; that of a single
 * query, which looks over many keys, is told by their number.
 * An image's patches, named "x,y" by their corners, are a map of their own places.
 */
export function probeMapData({ source, target, rows }: RunProbeResult): MapData {
  const weights = rows.map(row => Float32Array.from(row));
  const columns = weights[0]?.length ?? 0;
  const scale = weights.length === 1 ? { full: Math.min(1, timesEven / Math.max(1, columns)) } : {};
  const grid = weights.length === 1 && source.length === columns ? patchGrid(source, weights[0] ?? new Float32Array()) : undefined;
  if (grid !== undefined) return { ...grid, ...scale };
  return { ...scale, rows: labelled([target, source], weights.length, 'row'), columns: labelled([source, target], columns, 'column'), weights };
}

/** The tokens that there are as many of as rows or columns. */
function labelled(sides: readonly (readonly string[])[], count: number, noun: string): readonly MapLabel[] {
  const tokens = sides.find(side => side.length === count);
  return tokens === undefined ? Array.from({ length: count }, (_, index) => ({ text: `${noun} ${index + 1}`, special: true })) : tokens.map(tokenLabel);
}

function tokenLabel(token: string): MapLabel {
  const text = token.replaceAll('▁', ' ').trim();
  return { text: text === '' ? '␣' : text, special: isSpecialToken(text) };
}

function patchGrid(patches: readonly string[], weights: Float32Array): MapData | undefined {
  const corners = patches.map(name => /^(\d+),(\d+)$/.exec(name)).map(found => (found === null ? undefined : { x: Number(found[1]), y: Number(found[2]) }));
  if (patches.length < 4 || corners.includes(undefined)) return undefined;
  const across = distinct(corners.flatMap(corner => (corner === undefined ? [] : [corner.x])));
  const down = distinct(corners.flatMap(corner => (corner === undefined ? [] : [corner.y])));
  if (across.length * down.length !== patches.length) return undefined;
  const rows = down.map(() => new Float32Array(across.length));
  corners.forEach((corner, index) => {
    const row = rows[down.indexOf(corner?.y ?? -1)];
    if (row !== undefined && corner !== undefined) row[across.indexOf(corner.x)] = weights[index] ?? 0;
  });
  const label = (at: number): MapLabel => ({ text: String(at), special: true });
  return { rows: down.map(label), columns: across.map(label), weights: rows };
}

/** Whether a text is an image's patches, by their corners. */
export function arePatches(text: string): boolean {
  return /^\d+,\d+( \d+,\d+)+$/.test(text);
}

function distinct(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((one, other) => one - other);
}

/** The map of that name, or else the first there is. */
export function chosenMap(maps: readonly RunProbeMap[], name: string): RunProbeMap | undefined {
  return maps.find(map => map.name === name) ?? maps[0];
}

/** The map of another kind and layer that is most like the one that was looked at: of the same head, where it has that. */
export function mapIn(maps: readonly RunProbeMap[], kind: RunProbeMap['kind'], layer: number, head: number): RunProbeMap | undefined {
  const of = maps.filter(map => map.kind === kind && map.layer === layer);
  return of.find(map => map.head === head) ?? of[0];
}

/** The index of the step that is looked at: the newest where nothing is said, else the last that is not after it. */
export function stepIndex(steps: readonly number[], step: number | undefined): number {
  if (step === undefined) return steps.length - 1;
  const index = steps.findLastIndex(one => one <= step);
  return index < 0 ? 0 : index;
}

/** The index of the step nearest to a place of the axis. */
export function nearestStep(steps: readonly number[], at: number): number {
  return steps.reduce((best, step, index) => (Math.abs(step - at) < Math.abs((steps[best] ?? 0) - at) ? index : best), 0);
}
