/** A pass as a model makes it by itself, and one under interventions: what has changed. */
import type { Intervention } from '../../protocol/intervention.ts';
import type { SteeredLayer } from '../steering/steering.ts';
import type { HeldLayer } from './held.ts';
import type { Pass } from './pass.ts';
import { headMatrix } from './reading/matrix.ts';

export interface WhatIf {
  readonly interventions: readonly Intervention[];
  readonly before: Pass;
  readonly after: Pass;
}

/** How much a head's map is another, in the rows and columns that both have. */
export interface HeadChange extends SteeredLayer {
  readonly head: number;
  /** The largest and the mean difference of a weight. */
  readonly most: number;
  readonly mean: number;
}

/** Of every head, the most changed first. */
export function headChanges({ before, after }: WhatIf): HeadChange[] {
  const changes = before.layers.flatMap(layer => {
    const other = after.layers.find(one => one.kind === layer.kind && one.layer === layer.layer);
    return other === undefined ? [] : Array.from({ length: layer.heads }, (_, head) => ({ kind: layer.kind, layer: layer.layer, head, ...changeOf(layer, other, head) }));
  });
  return changes.sort((one, other) => other.most - one.most);
}

function changeOf(layer: HeldLayer, other: HeldLayer, head: number): Pick<HeadChange, 'most' | 'mean'> {
  const [rows, columns] = [Math.min(layer.rows, other.rows), Math.min(layer.columns, other.columns)];
  const [one, two] = [headMatrix(layer, head), headMatrix(other, head)];
  let [most, sum] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const [before, after] = [one.row(row), two.row(row)];
    for (let column = 0; column < columns; column++) {
      const difference = Math.abs((before[column] ?? 0) - (after[column] ?? 0));
      most = Math.max(most, difference);
      sum += difference;
    }
  }
  return { most, mean: rows * columns === 0 ? 0 : sum / (rows * columns) };
}
