/** Operators that are recomputed beside themselves: which of their inputs is what. */
import type { OnnxNode } from '../onnx/model.ts';
import type { Appender } from './appender.ts';
import { floatAttribute, integerAttribute } from './attributes.ts';
import { type ComparedSides, probabilitiesOf, type ProjectingAttention, scoresOf, valuesOf } from './shadow.ts';
import type { Reading } from './tap.ts';

type ShadowReading = Reading & { readonly from: 'shadow' };

/** Adds the weights of such an operator. @returns their name: `[batch, head, query, key]`, float32 */
export const shadowOf = (to: Appender, node: OnnxNode, reading: ShadowReading): string => probabilitiesOf(to, givenTo(to, node, reading));

/** Adds what is compared, and the scores before the softmax. */
export const shadowScoresOf = (to: Appender, node: OnnxNode, reading: ShadowReading): ComparedSides => scoresOf(to, givenTo(to, node, reading));

/** Adds the values that they weigh. @returns their name: `[batch, head, key, width]`, float32 */
export const shadowValuesOf = (to: Appender, node: OnnxNode, reading: ShadowReading): string => valuesOf(to, givenTo(to, node, reading));

function givenTo(to: Appender, node: OnnxNode, { maskRank, queryWidth }: ShadowReading): ProjectingAttention {
  const input = (index: number): string | undefined => node.inputs[index] || undefined;
  const needed = (index: number): string => input(index) ?? '';
  const common = {
    heads: integerAttribute(node, 'num_heads') ?? 1,
    queryWidth,
    scale: floatAttribute(node, 'scale') || undefined,
    maskFilterValue: floatAttribute(node, 'mask_filter_value') ?? -10000,
    unidirectional: integerAttribute(node, 'unidirectional') === 1,
    bias: input(2),
  };
  const mask = (index: number): { value: string; rank: number } | undefined => (maskRank === 0 ? undefined : { value: needed(index), rank: maskRank });
  if (node.operator === 'QAttention') {
    return {
      ...common, mask: mask(5), past: input(8), attentionBias: undefined,
      input: to.dequantised(needed(0), needed(3), input(6)),
      weights: to.dequantised(needed(1), needed(4), input(7)),
    };
  }
  return { ...common, input: needed(0), weights: needed(1), mask: mask(3), past: input(4), attentionBias: input(5) };
}
