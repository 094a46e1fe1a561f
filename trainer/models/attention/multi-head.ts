/** Multi-head attention (Vaswani et al. 2017, section 3.2.2), one step's query over the source. */
import { add } from '../../graph/operators/elementwise.ts';
import { fusedMatmul, linear } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { reshape, split, squeeze, transpose } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import { type Attention, type AttentionSizes, made } from './attention.ts';

/** `Concat(head_1 … head_h) W_o`; `width` is shared among the heads. */
export function multiHead(heads: number, width: number, { query, memory }: AttentionSizes): Attention {
  const features = width / heads;
  return {
    parameters: [
      { name: 'attention.query', shape: [width, query], start: { kind: 'glorot' } },
      { name: 'attention.query_bias', shape: [width], start: { kind: 'zeros' } },
      // Keys, then values.
      { name: 'attention.memory', shape: [2 * width, memory], start: { kind: 'glorot' } },
      { name: 'attention.memory_bias', shape: [2 * width], start: { kind: 'zeros' } },
      { name: 'attention.output', shape: [width, width], start: { kind: 'glorot' } },
      { name: 'attention.output_bias', shape: [width], start: { kind: 'zeros' } },
    ],
    heads,
    features: width,
    shared: { memory: [1, heads, 'source', features], keys: [1, heads, 'source', features] },
    keys: (parameters, annotations) => {
      const [batch, from] = [lengthOf(annotations, 0), lengthOf(annotations, 2)];
      const rows = linear(reshape(annotations, [-1, from]), parameters('attention.memory'), parameters('attention.memory_bias'));
      const [keys, values] = split(rows, 1, [width, width]).map(half => splitHeads(half, batch, heads));
      return { memory: made(values), keys: made(keys) };
    },
    attend: (parameters, state, { memory, keys }, { bias } = {}) => {
      const asked = linear(state, parameters('attention.query'), parameters('attention.query_bias'));
      const scores = fusedMatmul(reshape(asked, [-1, heads, 1, features]), made(keys), { transB: true, alpha: features ** -0.5 });
      const weights = softmax(bias === undefined ? scores : add(scores, reshape(bias, [-1, 1, 1, lengthOf(bias, 1)])));
      const joined = reshape(fusedMatmul(weights, memory), [-1, width]);
      return {
        weights: squeeze(weights, 2),
        context: linear(joined, parameters('attention.output'), parameters('attention.output_bias')),
      };
    },
  };
}

/** `[batch · source, width]` → `[batch, head, source, width / heads]` */
function splitHeads(rows: Value, batch: number, heads: number): Value {
  return transpose(reshape(rows, [batch, -1, heads, lengthOf(rows, 1) / heads]), [0, 2, 1, 3]);
}
