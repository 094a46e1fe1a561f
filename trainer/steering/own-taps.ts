/** Where a graph of ours has the weights that one of its outputs tells. */
import type { TensorType } from '../engine/session.ts';
import type { FlowValue } from '../taps/flow.ts';
import type { SteerableTap } from './graph/steer-graph.ts';
import type { Uses } from './graph/uses.ts';

/**
 * The output itself, or what it was squeezed out of: the value that weighs something.
 * @param output `[beam, keys]`, `[beam, heads, keys]`, or `[1, heads, queries, keys]`
 * @throws RangeError where there is no such output, as of no model of ours
 */
export function ownTap(uses: Uses, name: string, output: TensorType | undefined): SteerableTap {
  let rank = output?.shape.length ?? 0;
  let value = output && uses.find(output.name, []);
  while (value !== undefined && uses.readersOf(value)?.length === 0) {
    const { producer }: FlowValue = value;
    if (producer?.operator === 'Squeeze') rank++;
    value = producer?.operator === 'Squeeze' || producer?.operator === 'Identity' ? producer.inputs[0] : undefined;
  }
  const node = value?.producer?.node;
  if (value === undefined || node === undefined) throw new RangeError(`nothing is computed for ${name}`);
  return {
    name,
    places: [{ node, path: [], reading: { from: 'value', value: value.name, rank, keysLast: true, heads: undefined, dtype: 'float32', ...(rank < 4 ? { oneQuery: true } : {}) } }],
  };
}
