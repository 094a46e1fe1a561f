/** A map as it was read, whole or in cells of several weights: what every export is made of. */
import type { Axis, MapChoice, MapLabelRange, MapReading } from '../../../protocol/inspection.ts';
import type { HeldLayer, LineArrays, MapArrays } from '../../inspection/held.ts';

/** Which map it is. */
export interface AboutMap {
  readonly model: string;
  readonly choice: MapChoice;
  /** Of each of its layers. */
  readonly heads: number;
  /** What the model read; of an image, its name. */
  readonly text: string;
  /** How many changes to how it runs the model ran under. */
  readonly changes: number;
}

/** Which map it is, and how it was read. */
export interface About extends AboutMap {
  /** What was taken from it. */
  readonly minus?: AboutMap | undefined;
  readonly reading: MapReading;
}

/** As files that hold numbers name it. */
export function toldOf({ model, choice, text }: AboutMap): Pick<AboutMap, 'model' | 'choice' | 'text'> {
  return { model, choice, text };
}

/** Rows or columns. */
export interface ReadSide {
  readonly axis: Axis;
  readonly labels: readonly MapLabelRange[];
}

export interface ReadOut extends Pick<MapArrays, 'step' | 'isSigned' | 'full' | 'strong' | 'hidden'> {
  readonly about: About;
  readonly rows: ReadSide;
  readonly columns: ReadSide;
  /** `[row][column]` */
  readonly cells: Float32Array;
}

/** The strongest lines of some heads. */
export interface ReadLines extends Pick<LineArrays, 'queries' | 'keys' | 'heads' | 'weights' | 'hidden'>, Pick<HeldLayer, 'kind' | 'layer'> {
  readonly model: string;
  readonly reading: MapReading;
  /** Those that were asked for. */
  readonly shown: readonly number[];
  readonly rows: ReadSide;
  readonly columns: ReadSide;
}

/** One row of a map of which each cell is a weight. */
export function rowOf({ cells, columns: { labels } }: Pick<ReadOut, 'cells' | 'columns'>, row: number): Float32Array {
  return cells.subarray(row * labels.length, (row + 1) * labels.length);
}
