/** Attention by position alone (Luong, Pham, Manning 2015, section 3.1, equation 8, "location"). */
import { cast, relu, sub } from '../../graph/operators/elementwise.ts';
import { embed } from '../../graph/operators/lookup.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { concat, expand, reshape, slice } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import { type Attention, type AttentionSizes, dotProducts, isShared, made, masked, weightedSum } from './attention.ts';

/**
 * `α_t = softmax(W_a s_t)`, where row j of `W_a` scores position j, and is thus the same key for every source. There are
 * rows for positions below `longest`; those beyond share the last one (the paper ignores them).
 */
export function location(longest: number, { query, memory: features }: AttentionSizes): Attention {
  return {
    parameters: [{ name: 'attention.location', shape: [longest, query], start: { kind: 'glorot' } }],
    heads: 1,
    features,
    shared: { memory: [1, 'source', features], keys: [1, 'source', query] },
    keys: (parameters, memory, { positions }) => {
      const rows = parameters('attention.location');
      return { memory, keys: isShared(memory) ? rowsAt(rows, positions()) : rowsOfAll(rows, lengthOf(memory, 1)) };
    },
    attend: (_parameters, state, { memory, keys }, { bias } = {}) => {
      const weights = softmax(masked(dotProducts(state, made(keys)), bias));
      return { weights, context: weightedSum(weights, memory) };
    },
  };
}

/** Rows for the positions below `source`, `[1, source, query]`; without a look-up, since they are all in order. */
function rowsOfAll(rows: Value, source: number): Value {
  const [longest, width] = [lengthOf(rows, 0), lengthOf(rows, 1)];
  const last = (): Value => expand(slice(rows, 0, longest - 1, longest), [source - longest, width]);
  return reshape(source > longest ? concat([rows, last()], 0) : slice(rows, 0, 0, source), [1, source, width]);
}

/** The same for positions `[1, source]` of a symbolic length. */
function rowsAt(rows: Value, positions: Value): Value {
  const last = lengthOf(rows, 0) - 1;
  // The smaller of position and last: last − max(last − position, 0).
  return embed(rows, cast(sub(last, relu(sub(last, positions))), 'int64'));
}
