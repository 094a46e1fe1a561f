/** A pass as a model makes it by itself, and one under interventions: what has changed. */
import { type Axis, plainReading } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import type { SteeredLayer } from '../steering/steering.ts';
import type { Pass } from './pass.ts';
import { type AlignedLabel, alignLabels, sharedOf } from './reading/align.ts';
import { groupTokens } from './reading/grouping.ts';
import { headMatrix, type Matrix } from './reading/matrix.ts';
import { axisAt } from './reading/read.ts';

export interface WhatIf {
  readonly interventions: readonly Intervention[];
  readonly before: Pass;
  readonly after: Pass;
}

/** How much a head's map is another, in the rows and columns whose words both have. */
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
    if (other === undefined) return [];
    const rows = sharedTokens(axisAt(before.axes, layer.queries), axisAt(after.axes, other.queries));
    const columns = sharedTokens(axisAt(before.axes, layer.keys), axisAt(after.axes, other.keys));
    return Array.from({ length: layer.heads }, (_, head) => ({ kind: layer.kind, layer: layer.layer, head, ...changeOf(headMatrix(layer, head), headMatrix(other, head), rows, columns) }));
  });
  return changes.sort((one, other) => other.most - one.most);
}

/** As a difference of both maps is read. */
function sharedTokens(before: Axis, after: Axis): readonly AlignedLabel[] {
  return sharedOf(alignLabels(groupTokens(after, plainReading).labels, groupTokens(before, plainReading).labels));
}

function changeOf(before: Matrix, after: Matrix, rows: readonly AlignedLabel[], columns: readonly AlignedLabel[]): Pick<HeadChange, 'most' | 'mean'> {
  let [most, sum] = [0, 0];
  for (const row of rows) {
    const [then, now] = [before.row(row.minus ?? 0), after.row(row.map ?? 0)];
    for (const column of columns) {
      const difference = Math.abs((then[column.minus ?? 0] ?? 0) - (now[column.map ?? 0] ?? 0));
      most = Math.max(most, difference);
      sum += difference;
    }
  }
  const count = rows.length * columns.length;
  return { most, mean: count === 0 ? 0 : sum / count };
}
