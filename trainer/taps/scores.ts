/** From the scores that a softmax is taken of back to what is compared in them: queries and keys. */
import type { FlowValue, Step } from './flow.ts';
import { isLayout, leadsFromProduct, sides, tensors } from './operators.ts';
import { behindLayout, search, type Visit, wayOf } from './walk.ts';

export interface Scores {
  /** Nearest first: besides the queries' product with the keys there may be one with positions. */
  readonly products: readonly Comparison[];
  /** The values between product and softmax. */
  readonly between: readonly FlowValue[];
  /** What else went into them: masks, biases, scales. */
  readonly asides: readonly FlowValue[];
}

/** `left` and `right`: in the order in which they stand; a product's rows are those of `left`. */
export type Comparison =
  /** q · k */
  | { readonly form: 'product'; readonly step: Step; readonly left: FlowValue; readonly right: FlowValue }
  /** v · tanh(q + k); without a query, v · tanh(k). Bahdanau, Cho and Bengio 2015, appendix A.1.2. */
  | { readonly form: 'additive'; readonly step: Step; readonly terms: readonly FlowValue[] };

const bounds = { depth: 20, values: 600 };

/** `undefined` where nothing is compared: the scores of a classifier, a router, a gate. */
export function scoresBehind(scores: FlowValue, weights: ReadonlySet<FlowValue>): Scores | undefined {
  const products: Comparison[] = [];
  const between = new Set<FlowValue>();
  search([scores], bounds, visit => {
    const step = visit.value.producer;
    if (step === undefined || weights.has(visit.value)) return [];
    const comparison = comparisonAt(step, weights);
    if (comparison !== undefined) {
      products.push(comparison);
      for (const value of wayOf(visit)) between.add(value);
      return [];
    }
    if (isMixOfHeads(visit, step, weights)) return step.inputs.filter(input => input !== undefined);
    return leadsFromProduct(step) ? tensors(step) : [];
  });
  if (products.length === 0) return undefined;
  const compared = new Set(products.map(({ step }) => step));
  const asides = [...between].flatMap(({ producer }) => (producer === undefined || compared.has(producer) ? [] : producer.inputs))
    .filter(input => input !== undefined && !between.has(input));
  return { products, between: [...between], asides: [...new Set(asides)].filter(input => input !== undefined) };
}

function comparisonAt(step: Step, weights: ReadonlySet<FlowValue>): Comparison | undefined {
  const operands = sides(step);
  if (operands !== undefined) {
    const [left, right] = operands;
    if (!weights.has(left) && !weights.has(right)) return { form: 'product', step, left, right };
    if (weights.has(left) && weights.has(right)) return undefined;
    return additive(step, weights.has(left) ? right : left, weights);
  }
  if (step.operator !== 'ReduceSum') return undefined;
  // v · tanh(…), or q · k, as a sum over the last axis.
  const summed = behindLayout(step.inputs[0])?.producer;
  const [one, other] = summed?.operator === 'Mul' ? summed.inputs : [step.inputs[0], undefined];
  if (one === undefined) return undefined;
  if (other === undefined || weights.has(one) || weights.has(other)) return additive(step, other !== undefined && weights.has(one) ? other : one, weights);
  return { form: 'product', step, left: one, right: other };
}

function additive(step: Step, energies: FlowValue, weights: ReadonlySet<FlowValue>): Comparison | undefined {
  const tanh = behindLayout(energies)?.producer;
  const [sum] = tanh?.operator === 'Tanh' ? tanh.inputs : [];
  if (sum === undefined) return undefined;
  const terms: FlowValue[] = [];
  search([sum], { depth: 8, values: 40 }, ({ value }) => {
    if (weights.has(value)) return [];
    const { producer } = value;
    if (producer !== undefined && (isLayout(producer) || producer.operator === 'Add')) return tensors(producer);
    terms.push(value);
    return [];
  });
  return terms.length === 0 || terms.length > 4 ? undefined : { form: 'additive', step, terms };
}

/**
 * Heads that talk (Shazeer et al. 2020): a product with weights between two transpositions, which mixes heads and compares
 * nothing. In the graph the scores' heads stand last then.
 */
function isMixOfHeads(visit: Visit, step: Step, weights: ReadonlySet<FlowValue>): boolean {
  const operands = sides(step);
  if (operands?.some(side => weights.has(side)) !== true) return false;
  const data = operands.find(side => !weights.has(side));
  const after = visit.from?.value.producer;
  return data?.producer?.operator === 'Transpose' && (after?.operator === 'Transpose' || after?.operator === 'Add');
}
