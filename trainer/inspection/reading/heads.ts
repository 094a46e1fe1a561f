/** Every head in little: a thumbnail, what it is like, and how like a chosen one. */
import type { MapReading } from '../../../protocol/inspection.ts';
import type { HeadArrays, HeldLayer, HeldPass, MapReader } from '../held.ts';
import { headOf, headsOf, layerOf } from './find.ts';
import { type HeadNumbers, headNumbers } from './head-numbers.ts';
import type { Matrix } from './matrix.ts';
import { keyOf, Memory } from './memory.ts';
import { readThrough, type Sides, sidesOf } from './read.ts';
import { similarityOf } from './similarity.ts';
import { turn } from './turn.ts';
import { bytesOf, cellsIn, pool } from './window.ts';

type Thumbnail = Pick<HeadArrays['heads'][number], 'rows' | 'columns' | 'cells'>;

/** A layer's at a time. Thumbnails of 400 heads with 64 cells a side are 1.6 MB. */
const numbersKept = new Memory<readonly HeadNumbers[]>(10_000, heads => heads.length);
const thumbnailsKept = new Memory<readonly Thumbnail[]>(16 * 2 ** 20, heads => heads.reduce((sum, { cells }) => sum + cells.length, 0));

export const readHeads: MapReader['readHeads'] = async (pass, { reading, side, similarTo, layers = pass.layers }, signal) => {
  const chosen = similarTo === undefined ? undefined : headOf(layerOf(pass, similarTo.kind, similarTo.layer), similarTo.head, false);
  const heads: HeadArrays['heads'][number][] = [];
  for (const asked of layers) {
    const layer = layerOf(pass, asked.kind, asked.layer);
    const key = JSON.stringify([keyOf(pass), layer.kind, layer.layer]);
    await turn(signal);
    const thumbnails = await thumbnailsKept.recall(JSON.stringify([key, reading, side]), () => thumbnailsOf(pass, layer, reading, side));
    await turn(signal);
    const numbers = await numbersKept.recall(key, () => headNumbers(pass, layer));
    const maps = headsOf(layer, { heads: 'all' }, false);
    for (const [head, map] of maps.entries()) {
      const [facts, thumbnail] = [numbers[head], thumbnails[head]];
      if (facts === undefined || thumbnail === undefined) throw new RangeError(`head ${head} of ${numbers.length}`);
      heads.push({ ...facts, ...thumbnail, similarity: chosen === undefined ? null : similarityOf(chosen, map) });
    }
  }
  return { heads };
};

function thumbnailsOf(pass: HeldPass, layer: HeldLayer, reading: MapReading, side: number): Thumbnail[] {
  const sides = sidesOf(pass, layer, reading);
  return headsOf(layer, { heads: 'all' }, reading.valueWeighted).map(map => thumbnailOf(map, sides, reading, side));
}

/** Cells are as high as they are wide. */
function thumbnailOf(map: Matrix, sides: Sides, reading: MapReading, side: number): Thumbnail {
  const read = readThrough(map, sides, reading);
  const step = Math.max(1, Math.ceil(Math.max(read.rows, read.columns) / side));
  const [rows, columns] = [{ first: 0, end: read.rows, step }, { first: 0, end: read.columns, step }];
  const cells = pool(read, rows, columns);
  const largest = cells.reduce((most, weight) => Math.max(most, weight), 0);
  return { rows: cellsIn(rows), columns: cellsIn(columns), cells: bytesOf(cells, largest, false) };
}
