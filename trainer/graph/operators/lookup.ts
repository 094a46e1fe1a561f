import type { Value } from '../value.ts';
import { only } from './elementwise.ts';

/** Rows of a table: table `[rows, features]`, indices `[…]` int64, result `[…, features]`. */
export function embed(table: Value, indices: Value): Value {
  return only(table.graph.node('Gather', [table, indices], { axis: 0 }));
}
