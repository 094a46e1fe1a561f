/** How the maps of a pass are read: a window of one, all heads in little, or the strongest lines. */
import type { MapReader } from '../held.ts';
import { layerOf } from './find.ts';
import { type HeadLines, strongestLines } from './lines.ts';
import { mapFactsOf } from './map-facts.ts';
import { facts } from './memory.ts';
import { readDifference, readOne, sidesOf } from './read.ts';
import { blankGaps, bytesOf, meanOf, pool, rangeWithin, stretchOf } from './window.ts';

export { readHeads } from './heads.ts';

export const readMap: MapReader['readMap'] = async (map, minus, { reading, rows, columns, most, pooled, values }, signal) => {
  const read = minus === undefined ? await readOne(map, reading, signal) : await readDifference(map, minus, reading, signal);
  const { full, strong, hidden } = await facts.recall(read.key, () => mapFactsOf(read.whole, read.kept));
  const [down, across] = [stretchOf(read.kept.rows, most.rows, rows), stretchOf(read.kept.columns, most.columns, columns)];
  const cells = (pooled === 'mean' ? meanOf : pool)(read.kept, down, across);
  const isSigned = minus !== undefined;
  return {
    size: { rows: read.kept.rows, columns: read.kept.columns },
    rows: { first: down.first, end: down.end },
    columns: { first: across.first, end: across.end },
    step: { rows: down.step, columns: across.step },
    cells: values === 'floats' ? blankGaps(cells, read.labels, down, across) : bytesOf(cells, full, isSigned),
    values,
    isSigned,
    full,
    strong,
    hidden,
    ...(rows === undefined || columns === undefined ? { labels: read.labels } : {}),
  };
};

export const readLines: MapReader['readLines'] = async (pass, { kind, layer, heads, reading, most, rows, columns }, signal) => {
  const sides = sidesOf(pass, layerOf(pass, kind, layer), reading);
  const labels = { rows: sides.rows.labels, columns: sides.columns.labels };
  const maps: HeadLines[] = [];
  for (const head of heads) {
    maps.push({ head, ...(await readOne({ pass, choice: { of: 'heads', kind, layer, heads: [head], by: 'mean' } }, reading, signal)) });
  }
  const range = { rows: rangeWithin(labels.rows.length, rows), columns: rangeWithin(labels.columns.length, columns) };
  return { ...strongestLines(maps, range, most), labels };
};
