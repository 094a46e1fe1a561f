/** Where queries, keys and values come from: what their projections start at. */
import type { FlowValue, Step } from './flow.ts';
import { isConvolution, isLayout, leadsFromProjection, sides, tensors } from './operators.ts';
import { search, stripped } from './walk.ts';

export interface Origins {
  /** What is projected; where nothing is, what was made last before. */
  readonly made: ReadonlySet<FlowValue>;
  /** What reaches them from outside without a projection: a cache, or the tensor itself. */
  readonly fed: ReadonlySet<FlowValue>;
  /** Names of nodes and stored tensors on the way, nearest first: they often tell the layer. */
  readonly names: readonly string[];
}

const bounds = { depth: 60, values: 2000 };

export function originsOf(value: FlowValue, weights: ReadonlySet<FlowValue>): Origins {
  const [made, fed, tables] = [new Set<FlowValue>(), new Set<FlowValue>(), new Set<FlowValue>()];
  const names: string[] = [];
  search([value], bounds, visit => {
    if (weights.has(visit.value)) {
      names.push(visit.value.name);
      return [];
    }
    const step = visit.value.producer;
    if (step === undefined) {
      fed.add(visit.value);
      return [];
    }
    names.push(step.node.name);
    const projected = projectionAt(step, weights);
    if (projected !== undefined) {
      made.add(projected.of === undefined ? visit.value : stripped(projected.of, weights));
      names.push(...projected.by.flatMap(weight => storedNames(weight, weights)));
      return [];
    }
    if (isLookup(step, weights)) {
      tables.add(visit.value);
      return [];
    }
    if (!leadsFromProjection(step)) {
      if (!positional.has(step.operator)) made.add(stripped(visit.value, weights));
      return [];
    }
    return tensors(step);
  });
  return { made: made.size + fed.size === 0 ? tables : made, fed, names };
}

/** Angles, positions, lengths: they say where something stands, not what it is. */
const positional: ReadonlySet<string> = new Set(['Cos', 'Sin', 'Range', 'Shape', 'Size', 'ConstantOfShape', 'Constant']);

interface Projection {
  /** `undefined` where it is made by a product of two tensors, or of stored ones alone. */
  readonly of: FlowValue | undefined;
  readonly by: readonly FlowValue[];
}

function projectionAt(step: Step, weights: ReadonlySet<FlowValue>): Projection | undefined {
  const operands = sides(step);
  const [data] = step.inputs;
  if (operands === undefined) return isConvolution(step) && data !== undefined ? { of: data, by: step.inputs.slice(1).filter(input => input !== undefined) } : undefined;
  const stored = operands.filter(side => weights.has(side));
  const by = step.inputs.filter(input => input !== undefined).filter(input => weights.has(input));
  return { of: stored.length === 1 ? operands.find(side => !weights.has(side)) : undefined, by };
}

/** A row of a stored table: an embedding, or a table of angles. */
const isLookup = ({ operator, inputs: [table] }: Step, weights: ReadonlySet<FlowValue>): boolean =>
  operator === 'Gather' && table !== undefined && weights.has(table);

/** Names of the tensors that a weight is made of. */
function storedNames(weight: FlowValue, weights: ReadonlySet<FlowValue>): readonly string[] {
  const names: string[] = [];
  search([weight], { depth: 8, values: 20 }, ({ value }) => {
    names.push(value.name);
    return value.producer === undefined || !weights.has(value) ? [] : tensors(value.producer);
  });
  return names;
}

/** Whether queries and keys are of the same text or image. */
export function areOfOne(queries: Origins, keys: Origins, weights: ReadonlySet<FlowValue>): boolean {
  const [of, against] = [queries, keys].map(origins => new Set([...origins.made, ...origins.fed]));
  if (of === undefined || against === undefined) return false;
  if ([...of].some(value => against.has(value))) return true;
  // Normed, pooled or cut apart before they are projected, as where keys are made shorter (Wang et al. 2021, PVT).
  const behind = ancestors(of, weights);
  return [...ancestors(against, weights)].some(value => behind.has(value));
}

const norms: ReadonlySet<string> = new Set([
  'LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization', 'com.microsoft.SimplifiedLayerNormalization', 'BatchNormalization',
  'GroupNormalization', 'InstanceNormalization', 'AveragePool', 'MaxPool', 'Concat', 'Slice', 'Split', 'Gather', 'Relu',
]);

function ancestors(values: ReadonlySet<FlowValue>, weights: ReadonlySet<FlowValue>): ReadonlySet<FlowValue> {
  const found = new Set<FlowValue>();
  search([...values], { depth: 10, values: 200 }, ({ value }) => {
    const { producer } = value;
    found.add(value);
    if (producer === undefined || isLookup(producer, weights)) return [];
    if (isConvolution(producer)) return producer.inputs.slice(0, 1).filter(input => input !== undefined);
    return norms.has(producer.operator) || isLayout(producer) ? tensors(producer).filter(input => !weights.has(input)) : [];
  });
  return found;
}

/** Keys that were kept from before come in beside those that are projected now. */
export function haveCache(queries: Origins, keys: Origins): boolean {
  return keys.made.size > 0 && [...keys.fed].some(value => !queries.fed.has(value));
}
