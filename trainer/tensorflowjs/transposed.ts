import { transpose } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';

/** A transpose; one of a transpose is one transpose of what went in, or none at all. */
export function transposed(x: Value, permutation: readonly number[]): Value {
  const node = x.graph.producers.get(x);
  const [before] = node?.inputs ?? [];
  if (node?.operator === 'Transpose' && 'perm' in node.attributes && before !== undefined) {
    const { perm } = node.attributes;
    return transposed(before, permutation.map(axis => perm[axis] ?? axis));
  }
  return permutation.every((axis, index) => axis === index) ? x : transpose(x, permutation);
}
