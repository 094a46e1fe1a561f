import { expand, reshape } from '../operators/shape.ts';
import { scalar } from '../operators/constants.ts';
import { only } from '../operators/elementwise.ts';
import { elementCount, fixedShape, type Value } from '../value.ts';
import type { RowsContribution } from './contribution.ts';
import { at, single } from './vjp.ts';

/** Y = rows i of E: Ē = Σ over lookups, Ȳ added to row i; left as rows */
export const gatherVjp = single<'Gather'>((g, node, inputs) => {
  if (node.attributes.axis !== 0) throw new Error('only lookups of rows have a gradient');
  return [{ kind: 'rows', indices: at(inputs, 1), rows: g }, undefined];
});

/**
 * Rows added up in a tensor of the shape of `table`, which they were looked up in: needed where the table was computed
 * itself, and the walk goes on.
 */
export function addRowsUp(table: Value, { indices, rows }: RowsContribution): Value {
  const [count, features] = [elementCount(fixedShape(indices)), elementCount(fixedShape(table).slice(1))];
  const zeros = expand(scalar(table, 0), [elementCount(fixedShape(table)) / features, features]);
  const places = expand(reshape(indices, [count, 1]), [count, features]);
  // ScatterElements, not ScatterND: the latter adds wrongly where an index comes twice and several threads work.
  const summed = only(
    table.graph.node('ScatterElements', [zeros, places, reshape(rows, [count, features])], { axis: 0, reduction: 'add' }),
  );
  return reshape(summed, fixedShape(table));
}
