/** Which value on the way from a softmax to its product with the values is read, and how it lies. */
import { crossings, type FlowValue } from './flow.ts';
import type { Shapes } from './shapes.ts';
import type { SoftmaxSite } from './softmax.ts';
import type { TapPlace } from './tap.ts';

/** @param way from the softmax's weights to the product they go into */
export function readingOf(site: SoftmaxSite, way: readonly FlowValue[], heads: number | undefined, shapes: Shapes): TapPlace {
  const { value, quantised } = chosen(site, way, shapes);
  return {
    node: site.step.node,
    path: value.path,
    reading: {
      from: 'value', value: value.name, rank: shapes.shape(value)?.length, heads, keysLast: site.overLast, dtype: shapes.dtype(value),
      ...(quantised === undefined ? {} : { quantised: { scale: quantised.scale.name, zeroPoint: quantised.zeroPoint?.name } }),
    },
  };
}

function chosen(site: SoftmaxSite, way: readonly FlowValue[], shapes: Shapes): Pick<SoftmaxSite, 'quantised'> & { readonly value: FlowValue } {
  if (site.quantised !== undefined) return { value: site.weights, quantised: site.quantised };
  return inEightBits(site.weights) ?? { value: site.overLast ? best(sameWeights(way, shapes), shapes) : site.weights };
}

/**
 * A softmax that is stored in 8 bits at once is computed in them where the runtime can (`QLinearSoftmax`), unless somebody reads
 * its own numbers: so what is stored is read, which is what weighs the values, too.
 */
function inEightBits(weights: FlowValue): Pick<SoftmaxSite, 'quantised'> & { readonly value: FlowValue } | undefined {
  const [use] = weights.uses;
  if (use === undefined || weights.uses.length !== 1 || !use.operator.endsWith('QuantizeLinear') || use.operator.startsWith('Dynamic')) return undefined;
  const [, scale, zeroPoint] = use.inputs;
  const [value] = use.outputs;
  return value === undefined || scale === undefined || value.path !== weights.path ? undefined : { value, quantised: { scale, zeroPoint } };
}

/** As far as the weights stay what they are: passed out of a function, with rows that are all masked put to zero, in another shape. */
function sameWeights(way: readonly FlowValue[], shapes: Shapes): readonly FlowValue[] {
  const end = way.findIndex((value, index) => index > 0 && !keeps(value, way[index - 1], shapes));
  return end < 0 ? way : way.slice(0, end);
}

function keeps(value: FlowValue, before: FlowValue | undefined, shapes: Shapes): boolean {
  switch (value.producer?.operator) {
    case crossings.out:
    case 'Identity':
    case 'Dropout':
    case 'Where':
      return true;
    case 'Reshape': {
      // Batch and heads apart again; two axes before become four.
      const [rank, from] = [shapes.shape(value)?.length, shapes.shape(before)?.length];
      return rank === 4 && (from === 2 || from === 3);
    }
    default:
      return false;
  }
}

/** In as few calls as can be, then with heads on an axis of their own, then as the product takes it. */
function best(values: readonly FlowValue[], shapes: Shapes): FlowValue {
  const rated = values.map((value, index) => {
    const calls = value.path.filter(({ form }) => form === 'call').length;
    const folded = shapes.shape(value)?.length === 4 ? 0 : 1;
    const isMasked = values.slice(0, index + 1).some(at => at.producer?.operator === 'Where');
    return { value, rating: [calls, folded, isMasked ? 0 : 1, index] };
  });
  rated.sort((one, other) => one.rating.map((rating, at) => rating - (other.rating[at] ?? 0)).find(difference => difference !== 0) ?? 0);
  const [first] = rated;
  if (first === undefined) throw new Error('there is no way without its beginning');
  return first.value;
}
